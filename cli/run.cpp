#include <cli/bring_up.hpp>
#include <cli/commands.hpp>
#include <cli/foreground.hpp>
#include <cstdlib>
#include <fmt/format.h>
#include <layer_cake/supervise/plan.hpp>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "main-role",
     .help = "the role whose end ends the group, and whose status is returned",
     .value = "ROLE",
     .completes = "roles"},
    {.name = "debug-level",
     .help = "what object programs log, from that level up",
     .value = "FAULT|WARNING|CONSOLE|OBJECT|TRACE|DEBUG|NONE"},
    {.name = "no-prefix", .help = "print what roles write without their names"},
    {.name = "quiet", .help = "do not say which roles have started"},
};

Result<int> run(Invocation& call) {
    const auto opened = open_home(call);
    if (!opened) return fail(cannot("run", call.home, opened.error()));
    if (opened->group.roles.empty())
        return fail(Fault::missing, fmt::format("cannot run \"{}\": it has no roles", opened->path()));
    const auto names = search_names(opened->names(), call.words);
    if (!names) return fail(cannot("run", opened->path(), names.error()));
    const auto main_role = main_role_option(call, opened->group);
    if (!main_role) return fail(cannot("run", opened->path(), main_role.error()));

    // The group hands it on; a level among a role's own arguments counts more.
    if (const auto level = call.value("debug-level")) ::setenv("LAYER_CAKE_DEBUG_LEVEL", level->c_str(), 1);
    Foreground how;
    if (!call.words.empty()) how.roles = supervise::with_dependencies(opened->group, *names);
    how.main_role = *main_role;
    how.names = !call.has("no-prefix");
    how.quiet = call.has("quiet");
    return run_in_foreground(call, *opened, how);
}

} // namespace

constinit const Command run_command{
    .name = "run",
    .words = "[SEARCH...]",
    .summary = "run roles in the foreground and show what they write",
    .options = options,
    .run = run,
    .completes = "roles",
};

} // namespace layer_cake::cli
