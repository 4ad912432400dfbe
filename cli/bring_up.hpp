#pragma once

#include <cli/goal.hpp>
#include <cli/role_words.hpp>
#include <cli/wait_for.hpp>

/// What `start`, `restart`, `scale` and background `up` share: asking, and waiting until the roles are there.
namespace layer_cake::cli {

/// How long and for what a command waits.
struct Patience {
    Goal goal = Goal::started;
    Deadline deadline;
    std::string_view verb = "start"; ///< for messages: cannot VERB "web"
};

/// Reads `--wait[=started|ready|completed]` (alone: ready) and `--timeout=SPAN`. Fails with `invalid`.
Result<Patience> read_patience(const Invocation& call);

/// POSTs `target` to the running group (nothing when it is empty), shows progress, and returns when every one of
/// `names` has reached the goal.
/// Fails with `failed`, a line for each role that never will, or `timed_out`, naming those that have not; the group
/// keeps running.
/// @param since  when a group that has already ended was started by us: then the roles' histories tell how they fared
Result<void> wait_until_up(Invocation& call, const OpenHome& opened, const std::vector<std::string>& names,
                           const Patience& patience, std::string target = {}, codec::Value body = codec::Object{},
                           std::optional<WallTime> since = std::nullopt);

/// Starts the home's group in the background and waits as above.
/// Fails as start_group does: `busy` when it runs already.
/// @param roles  instances to start; empty: all
Result<void> start_in_background(Invocation& call, const OpenHome& opened, const std::vector<std::string>& roles,
                                 const std::string& main_role, const Patience& patience);

/// Whether the home's group runs and will go on. One that is just starting or ending is waited for, 5 s at most; one
/// that does not answer runs.
bool runs(const home::Home& home, const Deadline& deadline);

/// `--main-role`, which must be one of the home's roles, or empty.
Result<std::string> main_role_option(const Invocation& call, const home::Group& group);

/// The body of /start, /stop and /restart.
codec::Value roles_body(const std::vector<std::string>& names);

} // namespace layer_cake::cli
