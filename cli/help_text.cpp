#include <algorithm>
#include <cli/help.hpp>
#include <cli/spelling.hpp>
#include <fmt/format.h>
#include <layer_cake/core/help_rows.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/schema.hpp>

namespace layer_cake::cli {
namespace {

/// The order in which the overview tells of the commands; a test checks that none is left out.
struct Chapter {
    std::string_view heading;
    std::string_view commands;
};
constexpr Chapter chapters[] = {
    {"a group in a file", "check up down"},
    {"a group from the shell", "create add update edit delete destroy"},
    {"running it", "run start stop restart scale wait"},
    {"looking at it", "status explain log list history returned"},
    {"moving it, and its files", "import export resource model script"},
    {"names on the network", "host lan realm network ping"},
    {"more", "load completion help version"},
};

std::string with_value(const Option& option) {
    if (option.value.empty()) return forms(option);
    if (!needs_value(option))
        return fmt::format("{}[={}]", forms(option), option.value.substr(1, option.value.size() - 2));
    return fmt::format("{}={}", forms(option), option.value);
}

void append_subjects(std::string& text, const Command& command) {
    std::vector<HelpRow> rows;
    for (const auto* subject : command.subjects)
        rows.push_back({fmt::format("{} {}", subject->name, subject->words), std::string(subject->summary)});
    if (rows.empty()) return;
    text += '\n';
    append_help_rows(text, rows);
}

void append_common(std::string& text, std::span<const Option> hidden_by) {
    std::vector<HelpRow> rows;
    for (const auto& option : common_options()) {
        const auto same = [&](const Option& own) { return own.name == option.name; };
        if (std::none_of(hidden_by.begin(), hidden_by.end(), same))
            rows.push_back({with_value(option), std::string(option.help)});
    }
    text += "\nfor every command:\n";
    append_help_rows(text, rows);
}

} // namespace

std::string forms(const Option& option) {
    std::vector<std::string> all;
    const auto short_form = initials(option.name);
    if (option.letter != '\0') all.push_back(std::string("-") + option.letter);
    if (option.initials && short_form != std::string(1, option.letter)) all.push_back("-" + short_form);
    all.push_back("--" + std::string(option.name));
    return join(all, ", ");
}

std::string help_text(const Command& command) {
    std::string text = "usage: layer-cake ";
    // What belongs together stays on one line: [-- ARGUMENT...].
    constexpr char joint = '\x1f';
    std::string words = fmt::format("{} [OPTION...] {}", command.name, command.words);
    for (auto at = words.find("[-- "); at != std::string::npos; at = words.find("[-- ", at))
        words[at + 3] = joint;
    append_wrapped(text, text.size(), words, text.size());
    std::replace(text.begin(), text.end(), joint, ' ');
    text += '\n';
    append_wrapped(text, 0, command.summary, 0);
    append_subjects(text, command);

    const auto append_options = [&text](const Command& of, std::string_view heading) {
        std::vector<HelpRow> rows;
        for (const auto& option : of.options)
            rows.push_back({with_value(option), std::string(option.help)});
        if (rows.empty()) return;
        text += fmt::format("\n{}:\n", heading);
        append_help_rows(text, rows);
    };
    append_options(command, "options");
    for (const auto* subject : command.subjects)
        append_options(*subject, fmt::format("options of \"{}\"", subject->name));
    if (command.takes_remainder) {
        std::vector<std::string> names;
        for (const auto& key : command.remainder_keys == "group" ? home::group_keys() : home::role_keys())
            if (key.name != "roles") names.emplace_back(key.name);
        text += fmt::format("\nkeys of a {}, as --KEY=VALUE (layer-cake.yaml(5) explains them):\n  ",
                            command.remainder_keys);
        for (auto& name : names)
            std::replace(name.begin(), name.end(), '_', '-');
        append_wrapped(text, 2, join(names, " "), 2);
    }
    append_common(text, command.options);
    text += fmt::format("\nlayer-cake-{}(1) has the manual.\n", command.name.substr(0, command.name.find(' ')));
    return text;
}

std::string overview_text() {
    std::string text = "usage: layer-cake COMMAND [WORD...] [OPTION...]\n\n"
                       "compose, run, watch and stop groups of programs\n";
    for (const auto& chapter : chapters) {
        text += fmt::format("\n{}:\n", chapter.heading);
        std::vector<HelpRow> rows;
        for (const auto& name : split(chapter.commands, ' '))
            if (const auto* command = find_command(name)) rows.push_back({name, std::string(command->summary)});
        append_help_rows(text, rows, 10);
    }
    append_common(text, {});
    text += "\n\"layer-cake help COMMAND\" explains one; layer-cake(1) has the manual.\n";
    return text;
}

} // namespace layer_cake::cli
