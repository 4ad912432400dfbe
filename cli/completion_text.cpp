#include <algorithm>
#include <cli/completion_text.hpp>
#include <cli/spelling.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/schema.hpp>

namespace layer_cake::cli {
namespace {

/// One option of a command as the shells see it: an option of a row, or a key of layer-cake.yaml.
struct Offer {
    std::string name; ///< without dashes
    std::string help;
    bool takes_value = false, needs_value = false;
    std::string completes; ///< "roles", "files", "folders", words separated by blanks, or empty
};

Offer offer_of(const Option& option) {
    const auto words = choices(option);
    auto completes = words.empty() ? std::string(option.completes) : join(words, " ");
    return {std::string(option.name), std::string(option.help), !option.value.empty(), needs_value(option),
            std::move(completes)};
}

Offer offer_of(const home::Key& key) {
    std::vector<std::string> words(key.choices.begin(), key.choices.end());
    if (key.kind == home::Kind::boolean) words = {"true", "false"};
    auto completes = join(words, " ");
    if (key.kind == home::Kind::files) completes = "files";
    if (key.kind == home::Kind::dependencies) completes = "role-names";
    Offer offer{std::string(key.name), std::string(key.help), true, true, std::move(completes)};
    std::replace(offer.name.begin(), offer.name.end(), '_', '-');
    return offer;
}

std::vector<Offer> offers(const Command& command) {
    std::vector<Offer> all;
    const auto add = [&](Offer offer) {
        const auto same = [&](const Offer& one) { return one.name == offer.name; };
        if (std::none_of(all.begin(), all.end(), same)) all.push_back(std::move(offer));
    };
    for (const auto* option : own_options(command))
        add(offer_of(*option));
    if (command.takes_remainder)
        for (const auto& key : command.remainder_keys == "group" ? home::group_keys() : home::role_keys())
            if (key.name != "roles") add(offer_of(key));
    for (const auto& option : common_options())
        add(offer_of(option));
    return all;
}

std::vector<const Command*> shown_commands() {
    std::vector<const Command*> all;
    for (const auto* command : commands())
        if (!command->hidden) all.push_back(command);
    return all;
}

std::string command_names() {
    std::vector<std::string> names;
    for (const auto* command : shown_commands())
        names.emplace_back(command->name);
    return join(names, " ");
}

// Words that are offered for a command's own words.
std::string word_source(const Command& command) {
    if (!command.subjects.empty()) {
        std::vector<std::string> words;
        for (const auto* subject : command.subjects)
            words.emplace_back(subject_word(*subject));
        return join(words, " ");
    }
    if (command.completes == "commands") return command_names();
    if (command.completes.find('|') == std::string_view::npos) return std::string(command.completes);
    return join(split(command.completes, '|'), " ");
}

std::string bash_reply(std::string_view completes) {
    if (completes == "roles") return "_layer_cake_offer \"$(_layer_cake_roles)\"";
    if (completes == "role-names") return "_layer_cake_offer \"$(_layer_cake_role_names)\"";
    if (completes == "files") return "_layer_cake_files -f";
    if (completes == "folders") return "_layer_cake_files -d";
    return fmt::format("_layer_cake_offer '{}'", completes);
}

// Within single quotes, and within [..] of _arguments.
std::string zsh_quoted(std::string_view text) {
    std::string quoted;
    for (const char c : text) {
        if (c == '\'')
            quoted += "'\\''";
        else if (c == '[' || c == ']' || c == ':' || c == '\\')
            quoted.append("\\").append(1, c);
        else
            quoted += c;
    }
    return quoted;
}

std::string zsh_action(std::string_view completes) {
    if (completes == "roles") return "_layer_cake_roles";
    if (completes == "role-names") return "_layer_cake_role_names";
    if (completes == "files") return "_files";
    if (completes == "folders") return "_files -/";
    return completes.empty() ? "" : fmt::format("({})", completes);
}

std::string fish_quoted(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + "'";
}

std::string fish_words(std::string_view completes) {
    if (completes == "roles") return "-f -a '(__layer_cake_list)'";
    if (completes == "role-names") return "-f -a '(__layer_cake_role_names)'";
    if (completes == "files") return "-F";
    if (completes == "folders") return "-f -a '(__fish_complete_directories)'";
    return completes.empty() ? "-f" : fmt::format("-f -a '{}'", completes);
}

} // namespace

std::string bash_completion() {
    std::string text = R"SH(# bash completion for layer-cake
_layer_cake_home() {
    local i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        --home-path | -hp)
            [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++))
            printf '%s\n' "${COMP_WORDS[i + 1]}"
            ;;
        esac
    done
}
_layer_cake_roles() {
    local home
    home=$(_layer_cake_home)
    "${COMP_WORDS[0]}" list ${home:+"--home-path=$home"} 2>/dev/null
}
_layer_cake_role_names() {
    local home
    home=$(_layer_cake_home)
    "${COMP_WORDS[0]}" list --output=json ${home:+"--home-path=$home"} 2>/dev/null |
        sed -n 's/^ *"role": *"\([^"]*\)".*/\1/p' | sort -u
}
_layer_cake_offer() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
_layer_cake_files() {
    mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
    compopt -o filenames
}
_layer_cake() {
    local cur=${COMP_WORDS[COMP_CWORD]} verb='' word='' option='' i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        =) ((i++)) ;;
        --home-path | -hp | --output | -o | --color) [[ ${COMP_WORDS[i + 1]} == = ]] || ((i++)) ;;
        -*) ;;
        *)
            [[ $verb ]] && word=${COMP_WORDS[i]} && break
            verb=${COMP_WORDS[i]}
            ;;
        esac
    done
    if [[ $cur == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 1]} cur=''
    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    else
        case ${COMP_WORDS[COMP_CWORD - 1]} in
        --home-path | -hp | --output | -o | --color) option=${COMP_WORDS[COMP_CWORD - 1]} ;;
        esac
    fi
    [[ $option == -o ]] && option=--output
    if [[ $option ]]; then
        case "$verb $option" in
)SH";
    for (const auto* command : shown_commands())
        for (const auto& offer : offers(*command))
            if (!offer.completes.empty())
                text +=
                    fmt::format("        '{} --{}') {} ;;\n", command->name, offer.name, bash_reply(offer.completes));
    text +=
        "        *' --output') _layer_cake_offer 'json table' ;;\n"
        "        *' --color') _layer_cake_offer 'auto always never' ;;\n"
        "        *' --home-path' | *' -hp') _layer_cake_files -d ;;\n        esac\n    elif [[ $cur == -* ]]; then\n"
        "        case $verb in\n";
    for (const auto* command : shown_commands()) {
        std::string names;
        for (const auto& offer : offers(*command))
            names += fmt::format("{}--{}{}", names.empty() ? "" : " ", offer.name, offer.needs_value ? "=" : "");
        text += fmt::format("        {}) _layer_cake_offer '{}' ;;\n", command->name, names);
    }
    text += "        *) _layer_cake_offer '--home-path= --output= --color= --help' ;;\n        esac\n    else\n        "
            "case $verb in\n";
    text += fmt::format("        '') _layer_cake_offer '{}' ;;\n", command_names());
    for (const auto* command : shown_commands())
        if (const auto words = word_source(*command); !words.empty()) {
            auto reply = bash_reply(words);
            if (!command->subjects.empty())
                reply = fmt::format("if [[ $word ]]; then _layer_cake_files -f; else {}; fi", reply);
            text += fmt::format("        {}) {} ;;\n", command->name, reply);
        }
    return text + "        esac\n    fi\n}\ncomplete -F _layer_cake layer-cake\n";
}

std::string zsh_completion() {
    std::string text = R"SH(#compdef layer-cake
_layer_cake_roles() {
    local -a names
    names=(${(f)"$(layer-cake list ${opt_args[--home-path]:+--home-path=${opt_args[--home-path]}} 2>/dev/null)"})
    compadd -a names
}
_layer_cake_role_names() {
    local -a names
    names=(${(fu)"$(layer-cake list --output=json ${opt_args[--home-path]:+--home-path=${opt_args[--home-path]}} 2>/dev/null |
        sed -n 's/^ *"role": *"\([^"]*\)".*/\1/p')"})
    compadd -a names
}
_layer_cake() {
    local context state line
    typeset -A opt_args
    _arguments -C '1: :->verb' '*:: :->rest'
    case $state in
    verb)
        local -a verbs
        verbs=(
)SH";
    for (const auto* command : shown_commands())
        text += fmt::format("            '{}:{}'\n", command->name, zsh_quoted(command->summary));
    text += "        )\n        _describe command verbs\n        ;;\n    rest)\n        case $line[1] in\n";
    for (const auto* command : shown_commands()) {
        text += fmt::format("        {})\n            _arguments", command->name);
        for (const auto& offer : offers(*command)) {
            const auto value = offer.takes_value ? fmt::format(":value:{}", zsh_action(offer.completes)) : "";
            text += fmt::format(" \\\n                '--{}{}[{}]{}'", offer.name,
                                offer.needs_value   ? "="
                                : offer.takes_value ? "=-"
                                                    : "",
                                zsh_quoted(offer.help), value);
            if (offer.name == "output")
                text += fmt::format(" \\\n                '-o[{}]{}'", zsh_quoted(offer.help), value);
        }
        if (const auto words = word_source(*command); !words.empty())
            text += fmt::format(" \\\n                '{}:word:{}'", command->subjects.empty() ? "*" : "1",
                                zsh_action(words));
        if (!command->subjects.empty()) text += " \\\n                '*:file:_files'";
        text += "\n            ;;\n";
    }
    return text + "        esac\n        ;;\n    esac\n}\n_layer_cake \"$@\"\n";
}

std::string fish_completion() {
    std::string text = "# fish completion for layer-cake\n"
                       "function __layer_cake_list\n"
                       "    set -l home\n"
                       "    set -l words (commandline -opc)\n"
                       "    for i in (seq (count $words))\n"
                       "        switch $words[$i]\n"
                       "            case '--home-path=*' '-hp=*'\n"
                       "                set home (string replace -r '^[^=]*=' '' -- $words[$i])\n"
                       "            case --home-path -hp\n"
                       "                set home $words[(math $i + 1)]\n"
                       "        end\n"
                       "    end\n"
                       "    if test -n \"$home\"\n"
                       "        layer-cake list $argv --home-path=$home 2>/dev/null\n"
                       "    else\n"
                       "        layer-cake list $argv 2>/dev/null\n"
                       "    end\n"
                       "end\n"
                       "function __layer_cake_role_names\n"
                       "    __layer_cake_list --output=json | string match -rg '^ *\"role\": *\"([^\"]*)' | sort -u\n"
                       "end\n"
                       "complete -c layer-cake -f\n";
    for (const auto* command : shown_commands()) {
        text += fmt::format("complete -c layer-cake -n __fish_use_subcommand -a {} -d {}\n", command->name,
                            fish_quoted(command->summary));
        const auto when = fmt::format("complete -c layer-cake -n '__fish_seen_subcommand_from {}'", command->name);
        for (const auto& offer : offers(*command))
            text += fmt::format("{} -l {}{}{} -d {}\n", when, offer.name, offer.name == "output" ? " -s o" : "",
                                offer.needs_value ? " -r " + fish_words(offer.completes) : "", fish_quoted(offer.help));
        if (const auto words = word_source(*command); !words.empty())
            text += fmt::format("{} {}\n", when, fish_words(words));
        if (!command->subjects.empty()) text += fmt::format("{} -F\n", when);
    }
    return text;
}

} // namespace layer_cake::cli
