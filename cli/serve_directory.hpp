#pragma once

#include <cli/command.hpp>
#include <layer_cake/directory/node_object.hpp>
#include <layer_cake/realm/nats_realm.hpp>

namespace layer_cake::cli {

/// What `host` and `lan` run.
struct ServedDirectory {
    directory::NodeOptions node;
    bool announces = false; ///< says to the network where it is
    bool listens = false;   ///< for another that does; it becomes the one above

    /// The node becomes the top one of its site, and a member of the realm.
    void join(realm::NatsRealm realm);
};

/// Runs a directory until SIGINT or SIGTERM, and says on stderr where it listens. Tells a service manager when it is
/// ready. Returns the exit status; fails with `failed` when it cannot listen.
Result<int> serve_directory(Invocation& call, const ServedDirectory& served);

} // namespace layer_cake::cli
