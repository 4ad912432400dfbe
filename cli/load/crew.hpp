#pragma once

#include <cli/load/outcome.hpp>
#include <cli/load/plan.hpp>
#include <functional>
#include <layer_cake/net/channel.hpp>

namespace layer_cake::cli::load {

/// How things stand while a load runs.
struct Standing {
    Duration elapsed{};
    const Tally& whole;  ///< since the start
    const Tally& recent; ///< of the last second that was reported
    Duration recent_span{};
    std::uint64_t in_flight = 0, waiting = 0;
};

/// Generates a load in `plan.processes` forked processes and waits for them. SIGINT and SIGTERM end it early, with what
/// is known by then; a second one at once. The processes die with this one.
/// @param watch  called four times a second, when not empty
/// Fails with `system` when no process can be made.
Result<Outcome> run_crew(const Plan& plan, const net::ServerPlace& server,
                         const std::function<void(const Standing&)>& watch);

} // namespace layer_cake::cli::load
