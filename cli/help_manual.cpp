#include <algorithm>
#include <cctype>
#include <cli/help.hpp>
#include <cli/spelling.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/schema.hpp>

namespace layer_cake::cli {
namespace {

// A word of a synopsis as mdoc: capitals are a placeholder, small letters are typed as they are.
std::string marked(std::string_view word) {
    std::string_view dots;
    if (word.size() > 3 && word.substr(word.size() - 3) == "...") {
        dots = " ...";
        word.remove_suffix(3);
    }
    std::string text;
    if (word == "--") {
        text = "Fl -";
    } else if (word.substr(0, 2) == "--") {
        const auto equals = word.find('=');
        text = fmt::format("Fl -{}", word.substr(2, equals - 2));
        if (equals != std::string_view::npos) text += fmt::format(" Ns = Ns Ar {}", word.substr(equals + 1));
    } else {
        const auto either = split(word, '|');
        for (const auto& one : either) {
            const bool typed =
                std::any_of(one.begin(), one.end(), [](unsigned char c) { return std::islower(c) != 0; });
            text += fmt::format("{}{} {}", text.empty() ? "" : " | ", typed ? "Cm" : "Ar", one);
        }
    }
    return text.append(dots);
}

std::string synopsis(const Command* command) {
    if (!command) return ".Nm layer-cake\n.Ar command\n.Op Ar word ...\n.Op Ar option ...\n";
    if (!command->subjects.empty()) {
        std::string all;
        for (const auto* subject : command->subjects)
            all += synopsis(subject);
        return all;
    }
    std::string text = fmt::format(".Nm layer-cake {}\n.Op Ar option ...\n", command->name);
    std::string optional; // what stands in brackets, when they hold several words
    bool inside = false;
    for (auto word : split(command->words, ' ')) {
        if (word.empty()) continue;
        const bool opens = word.front() == '[', closes = word.back() == ']';
        if (opens) word.erase(0, 1);
        if (closes) word.pop_back();
        if (opens) inside = true;
        if (!inside) {
            text += fmt::format(".{}\n", marked(word));
            continue;
        }
        optional += " " + marked(word);
        if (closes) {
            text += fmt::format(".Op{}\n", optional);
            optional.clear();
            inside = false;
        }
    }
    return text;
}

std::string escaped(std::string_view words) {
    std::string text;
    for (const char c : words) {
        if (c == '\\')
            text += "\\e";
        else
            text += c;
    }
    if (!text.empty() && (text.front() == '.' || text.front() == '\'')) text.insert(0, "\\&");
    return text;
}

std::string item(const Option& option) {
    std::string text = ".It";
    for (const auto& form : split(forms(option), ',')) {
        const auto start = form.find('-') + 1;
        text += fmt::format("{} Fl {}", text.size() > 3 ? " ," : "", form.substr(start));
    }
    if (option.value.empty()) return text + '\n';
    if (!needs_value(option)) {
        return text + fmt::format(" Ns Oo = Ns Ar {} Oc\n", option.value.substr(1, option.value.size() - 2));
    }
    text += " Ns = Ns ";
    const auto words = split(option.value, '|');
    for (std::size_t i = 0; i < words.size(); ++i)
        text += fmt::format("{}{} {}", i ? " | " : "", words.size() > 1 ? "Cm" : "Ar", words[i]);
    return text + '\n';
}

std::string options(const Command* command) {
    std::string text = ".Bl -tag -width Ds\n";
    const auto own = command ? own_options(*command) : std::vector<const Option*>();
    for (const auto* option : own)
        text += item(*option) + escaped(option->help) + ".\n";
    for (const auto& option : common_options()) {
        const auto same = [&](const Option* one) { return one->name == option.name; };
        if (std::none_of(own.begin(), own.end(), same)) text += item(option) + escaped(option.help) + ".\n";
    }
    return text + ".El\n";
}

std::string list_of_commands() {
    std::string text = ".Bl -tag -width Ds\n";
    for (const auto* command : commands())
        if (!command->hidden)
            text += fmt::format(".It Xr layer-cake-{} 1\n{}.\n", command->name, escaped(command->summary));
    return text + ".El\n";
}

std::string name(const Command* command) {
    if (!command) return ".Nm layer-cake\n.Nd compose, run, watch and stop groups of programs\n";
    return fmt::format(".Nm layer-cake-{}\n.Nd {}\n", command->name, escaped(command->summary));
}

} // namespace

std::string fill_manual(std::string_view source, const Command* command) {
    std::string filled;
    while (!source.empty()) {
        const auto end = source.find('\n');
        const auto line = source.substr(0, end);
        source.remove_prefix(end == std::string_view::npos ? source.size() : end + 1);
        auto marker = line;
        if (marker.substr(0, 4) == ".\\\" ") marker.remove_prefix(4);
        if (marker == "@NAME@")
            filled += name(command);
        else if (marker == "@SYNOPSIS@")
            filled += synopsis(command);
        else if (marker == "@OPTIONS@")
            filled += options(command);
        else if (marker == "@COMMANDS@")
            filled += list_of_commands();
        else if (marker == "@KEYS@")
            filled += home::manual_rows();
        else
            filled.append(line).append("\n");
    }
    return filled;
}

} // namespace layer_cake::cli
