#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/home/home.hpp>
#include <string>
#include <vector>

/// How a group comes to life: command -> guardian -> supervisor -> roles.
///
///     guardian    parent of the supervisor and subreaper above it. Holds the group lock. When the supervisor
///                 ends, kills whatever it left, then ends with the same status. Does nothing else, ever.
///     supervisor  runs the roles. Loses its guardian: says so in `status`, goes on.
namespace layer_cake::supervise {

struct GroupOptions {
    std::vector<std::string> roles; ///< instance names to start; empty: all
    std::string main_role;          ///< overrides the definition's
    bool foreground = false;        ///< ends gracefully when the command that started it is gone
};

/// Starts the group of a home in the background, from a command: executes this program as `layer-cake group`.
/// Returns when the supervisor answers on its control socket (its roles are not started yet, or just being), with its
/// pid; fails with what the supervisor said, `busy` when the home's group runs already. `leash`: when foreground, the
/// write end whose closing (the command's end) stops the group.
struct StartedGroup {
    int pid = 0;
    Fd leash;
    Fd guardian; /* pidfd */
};
Result<StartedGroup> start_group(const home::Home& home, const GroupOptions& options);

/// What `layer-cake group` runs: the guardian and, below it, the supervisor. Returns the exit status.
/// @param report  fd on which to say `{"pid": ...}` or `{"error": {...}}` once
/// @param leash   fd to watch for its end, or -1
int run_group(const home::Home& home, const GroupOptions& options, int report, int leash);

} // namespace layer_cake::supervise
