#include <algorithm>
#include <cli/commands.hpp>
#include <fmt/format.h>

namespace layer_cake::cli {

std::span<const Command* const> commands() {
    static constexpr const Command* table[] = {
        // sorted by name; a test checks
        &add_command,     &check_command,    &completion_command, &create_command, &delete_command,  &destroy_command,
        &down_command,    &edit_command,     &explain_command,    &export_command, &group_command,   &help_command,
        &history_command, &host_command,     &import_command,     &lan_command,    &list_command,    &load_command,
        &log_command,     &model_command,    &network_command,    &ping_command,   &realm_command,   &resource_command,
        &restart_command, &returned_command, &run_command,        &scale_command,  &script_command,  &start_command,
        &status_command,  &stop_command,     &up_command,         &update_command, &version_command, &wait_command,
    };
    return table;
}

const Command* find_command(std::string_view name) {
    const auto all = commands();
    const auto place =
        std::lower_bound(all.begin(), all.end(), name,
                         [](const Command* command, std::string_view wanted) { return command->name < wanted; });
    return place != all.end() && (*place)->name == name ? *place : nullptr;
}

std::string_view subject_word(const Command& subject) {
    return subject.name.substr(subject.name.rfind(' ') + 1);
}

const Command* find_subject(const Command& command, std::string_view word) {
    for (const auto* subject : command.subjects)
        if (subject_word(*subject) == word) return subject;
    return nullptr;
}

std::vector<const Option*> own_options(const Command& command) {
    std::vector<const Option*> all;
    const auto add = [&all](const Option& option) {
        const auto same = [&](const Option* one) { return one->name == option.name; };
        if (std::none_of(all.begin(), all.end(), same)) all.push_back(&option);
    };
    for (const auto& option : command.options)
        add(option);
    for (const auto* subject : command.subjects)
        for (const auto& option : subject->options)
            add(option);
    return all;
}

Error no_subject(const Command& command) {
    std::vector<std::string_view> words;
    for (const auto* subject : command.subjects)
        words.push_back(subject_word(*subject));
    return {Fault::invalid,
            fmt::format("{} needs {}{}", command.name, words.size() > 1 ? "one of " : "", fmt::join(words, ", "))};
}

std::span<const Option> common_options() {
    static constexpr Option options[] = {
        {.name = "home-path",
         .help = "the home to work on (default .layer-cake)",
         .value = "PATH",
         .completes = "folders"},
        {.name = "output", .help = "how to print facts (default table)", .value = "json|table"},
        {.name = "color", .help = "when to colour (default auto)", .value = "auto|always|never", .initials = false},
        {.name = "help", .help = "explain the command"},
    };
    return options;
}

std::optional<std::string> Invocation::value(std::string_view option) const {
    const auto found = options.find(option);
    if (found == options.end() || found->second.empty()) return std::nullopt;
    return found->second.back();
}

Exit exit_of(Fault fault) {
    switch (fault) {
    case Fault::invalid:
        return Exit::usage;
    case Fault::missing:
        return Exit::missing;
    case Fault::not_running:
        return Exit::not_running;
    case Fault::busy:
        return Exit::busy;
    case Fault::timed_out:
        return Exit::timed_out;
    case Fault::failed:
    case Fault::disconnected:
    case Fault::system:
        break;
    }
    return Exit::failed;
}

} // namespace layer_cake::cli
