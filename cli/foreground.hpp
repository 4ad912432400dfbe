#pragma once

#include <cli/role_words.hpp>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/home/history.hpp>
#include <string>
#include <vector>

/// What `run` and foreground `up` share.
namespace layer_cake::cli {

struct Foreground {
    std::vector<std::string> roles; ///< instances to start; empty: all
    std::string main_role;          ///< overrides the definition's
    bool names = true;              ///< a column tells whose line it is
    bool quiet = false;             ///< says nothing of roles that start and get ready
};

/// Starts the group, prints what its roles write until it has ended and everything it started is gone, and gives the
/// exit status for the command: the main role's (128+n by signal n), without main role 0 or 1.
///
/// The first SIGINT, SIGTERM or SIGHUP stops the group, a second one kills it; the status is then 128+n. Under a
/// service manager that listens (NOTIFY_SOCKET) SIGTERM gives 0, and READY, STATUS and STOPPING are told.
/// Fails as start_group does.
Result<int> run_in_foreground(Invocation& call, const OpenHome& opened, const Foreground& how);

/// Prints what the roles of a group that runs already write, until it ends or a signal comes: that ends the following,
/// not the group.
Result<int> follow_in_foreground(Invocation& call, const OpenHome& opened, WallTime from);

/// The exit status that tells how a process ended: its own, 128+n by signal, 1 when it never started.
int status_of(const home::Ended& ended);
/// The same from the JSON of Ended.
int status_of_json(const codec::Value& ended);

} // namespace layer_cake::cli
