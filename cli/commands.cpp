#include <algorithm>
#include <cli/commands.hpp>

namespace layer_cake::cli {

std::span<const Command* const> commands() {
    static constexpr const Command* table[] = {
        // sorted by name; a test checks
        &add_command,     &check_command, &completion_command, &create_command,  &delete_command,   &destroy_command,
        &down_command,    &edit_command,  &explain_command,    &group_command,   &help_command,     &history_command,
        &list_command,    &load_command,  &log_command,        &restart_command, &returned_command, &run_command,
        &scale_command,   &start_command, &status_command,     &stop_command,    &up_command,       &update_command,
        &version_command, &wait_command,
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
