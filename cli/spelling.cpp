#include <algorithm>
#include <cctype>
#include <cli/spelling.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>

namespace layer_cake::cli {
namespace {

bool is_option(std::string_view argument) {
    return argument.size() > 1 && argument.front() == '-';
}

// `-5` after an option that needs a value is a value.
bool may_be_value(std::string_view argument) {
    return !is_option(argument) || std::isdigit(static_cast<unsigned char>(argument[1]));
}

struct Written {
    std::string name; ///< dashes for underscores, leading dashes removed
    bool is_long = false;
    std::optional<std::string> value;

    std::string text() const { return (is_long ? "--" : "-") + name; }
};

Written take_apart(std::string_view argument) {
    Written written;
    const auto equals = argument.find('=');
    if (equals != std::string_view::npos) written.value = std::string(argument.substr(equals + 1));
    auto name = argument.substr(0, equals);
    written.is_long = name.substr(0, 2) == "--";
    name.remove_prefix(written.is_long ? 2 : 1);
    if (written.is_long && name.size() > 1 && name.back() == '_') name.remove_suffix(1); // the predecessor's --from_
    written.name = std::string(name);
    std::replace(written.name.begin(), written.name.end(), '_', '-');
    return written;
}

using Options = std::vector<const Option*>;

// A command's own options hide common ones of the same name.
Options known_options(const Command* command) {
    Options known;
    if (command) known = own_options(*command);
    for (const auto& option : common_options()) {
        const auto same = [&](const Option* own) { return own->name == option.name; };
        if (std::none_of(known.begin(), known.end(), same)) known.push_back(&option);
    }
    return known;
}

Options matching(const Written& written, const Options& known) {
    const auto pick = [&](auto&& wanted) {
        Options found;
        std::copy_if(known.begin(), known.end(), std::back_inserter(found), wanted);
        return found;
    };
    if (written.is_long) return pick([&](const Option* option) { return option->name == written.name; });
    auto found = pick([&](const Option* option) {
        return written.name.size() == 1 && option->letter == written.name.front() && option->letter != '\0';
    });
    if (found.empty())
        found = pick([&](const Option* option) { return option->initials && initials(option->name) == written.name; });
    return found;
}

Error unknown_option(const Written& written, const Command* command, const Options& known) {
    std::vector<std::string_view> names;
    for (const auto* option : known)
        names.push_back(option->name);
    const auto near = written.name.size() > 1 ? nearest(written.name, names) : std::string_view();
    auto detail = fmt::format("unknown option \"{}\"{}", written.text(),
                              command ? fmt::format(" for \"{}\"", command->name) : std::string());
    if (!near.empty()) detail += fmt::format(" (did you mean \"--{}\"?)", near);
    return {Fault::invalid, std::move(detail)};
}

Error ambiguous(const Written& written, const Options& found) {
    std::string names;
    for (const auto* option : found)
        names += fmt::format("{}--{}", names.empty() ? "" : ", ", option->name);
    return {Fault::invalid, fmt::format("ambiguous short option \"{}\": it may be {}", written.text(), names)};
}

Error unknown_subject(std::string_view word, const Command& command) {
    std::vector<std::string_view> words;
    for (const auto* subject : command.subjects)
        words.push_back(subject_word(*subject));
    return {Fault::invalid, fmt::format("cannot {} \"{}\"{}: it is none of {}", command.name, word,
                                        suggestion(word, words), fmt::join(words, ", "))};
}

// The place of the first word from `start` on that is not the value of an option before it.
std::size_t word_place(const std::vector<std::string>& arguments, std::size_t start, const Options& known) {
    for (std::size_t i = start; i < arguments.size() && arguments[i] != "--"; ++i) {
        if (!is_option(arguments[i])) return i;
        const auto written = take_apart(arguments[i]);
        const auto found = matching(written, known);
        if (found.size() == 1 && needs_value(*found.front()) && !written.value) ++i;
    }
    return arguments.size();
}

Result<void> spell_option(Spelled& into, const Option& option, Written written,
                          const std::vector<std::string>& arguments, std::size_t& place) {
    const auto canonical = fmt::format("--{}", option.name);
    if (option.name == "help") {
        into.help = true;
    } else if (option.value.empty()) {
        if (written.value && *written.value != "true" && *written.value != "false")
            return fail(Fault::invalid, fmt::format("option \"{}\" takes no value", canonical));
        if (written.value != "false") into.options.push_back(canonical);
    } else {
        if (needs_value(option)) {
            if (!written.value && place + 1 < arguments.size() && may_be_value(arguments[place + 1]))
                written.value = arguments[++place];
            if (!written.value || written.value->empty())
                return fail(Fault::invalid,
                            fmt::format("option \"{}\" needs a value: {}={}", canonical, canonical, option.value));
        }
        into.options.push_back(written.value && !written.value->empty() ? canonical + "=" + *written.value : canonical);
    }
    return layer_cake::ok();
}

} // namespace

Error unknown_command(std::string_view word, std::span<const Command* const> commands) {
    std::vector<std::string_view> names;
    for (const auto* command : commands)
        if (!command->hidden) names.push_back(command->name);
    const auto near = suggestion(word, names);
    return {Fault::invalid,
            fmt::format("unknown command \"{}\"{}", word, near.empty() ? " (\"layer-cake help\" lists them)" : near)};
}

std::string initials(std::string_view name) {
    std::string letters;
    for (std::size_t i = 0; i < name.size(); ++i)
        if (i == 0 || name[i - 1] == '-') letters += name[i];
    return letters;
}

bool needs_value(const Option& option) {
    return !option.value.empty() && option.value.front() != '[';
}

std::vector<std::string> choices(const Option& option) {
    if (option.completes.find('|') != std::string_view::npos) return split(option.completes, '|');
    if (option.completes.empty() && option.value.find('|') != std::string_view::npos) return split(option.value, '|');
    return {};
}

Result<Spelled> spell_out(const std::vector<std::string>& arguments, std::span<const Command* const> commands) {
    Spelled spelled;
    const auto verb = word_place(arguments, 0, known_options(nullptr));
    auto subject = arguments.size();
    if (verb < arguments.size()) {
        const auto named = [&](const Command* command) { return command->name == arguments[verb]; };
        const auto found = std::find_if(commands.begin(), commands.end(), named);
        if (found == commands.end()) return fail(unknown_command(arguments[verb], commands));
        spelled.command = *found;
        if (!spelled.command->subjects.empty())
            subject = word_place(arguments, verb + 1, known_options(spelled.command));
        if (subject < arguments.size()) {
            const auto* chosen = find_subject(*spelled.command, arguments[subject]);
            if (!chosen) return fail(unknown_subject(arguments[subject], *spelled.command));
            spelled.command = chosen;
        }
    }
    const auto known = known_options(spelled.command);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto& argument = arguments[i];
        if (i == verb || i == subject) continue;
        if (argument == "--") {
            const bool apart = spelled.command && spelled.command->words.find("--") != std::string_view::npos;
            auto& rest = apart ? spelled.after : spelled.words;
            rest.insert(rest.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1, arguments.end());
            break;
        }
        if (!is_option(argument)) {
            spelled.words.push_back(argument);
            continue;
        }
        const auto written = take_apart(argument);
        const auto found = matching(written, known);
        if (found.size() > 1) return fail(ambiguous(written, found));
        if (found.size() == 1) {
            if (auto done = spell_option(spelled, *found.front(), written, arguments, i); !done)
                return fail(std::move(done).error());
        } else if (spelled.command && spelled.command->takes_remainder) {
            spelled.remainder.push_back(argument);
        } else {
            return fail(unknown_option(written, spelled.command, known));
        }
    }
    return spelled;
}

} // namespace layer_cake::cli
