#pragma once

#include <cli/command.hpp>
#include <cli/load/arrivals.hpp>
#include <cli/load/target.hpp>
#include <cstdint>
#include <layer_cake/core/clock.hpp>
#include <string>
#include <vector>

namespace layer_cake::cli::load {

/// All that a load is: what is asked, by whom, how often, how long.
///
/// Closed loop: each of `clients` asks, waits for its answer, pauses, asks again. Open loop (`phases` are given):
/// requests are due by a schedule, whether or not earlier ones were answered.
struct Plan {
    std::string url;
    Target target;
    std::string method = "GET";
    net::Headers headers;
    std::string body;
    unsigned xy = 0; ///< largest side of the tables asked for; 0: none are

    unsigned clients = 10;
    std::uint64_t requests = 0; ///< of each client; 0: until `duration` is over
    Duration slow_down{};       ///< between an answer and the next request, a quarter more or less

    std::vector<Phase> phases; ///< empty: closed loop
    bool constant = false;
    unsigned connections = 1000; ///< at most, in the open loop

    Duration duration{}; ///< of the schedule; zero: until all clients have made their requests
    Duration timeout = std::chrono::seconds(5);
    Duration within = std::chrono::seconds(1); ///< answers that take longer are not good
    unsigned retries = 0;
    Duration retry_pause = std::chrono::milliseconds(100); ///< a quarter more or less
    bool close = false;                                    ///< a new connection for each request
    std::vector<int> expected;                             ///< statuses; empty: any
    unsigned processes = 1;
    std::uint64_t seed = 1;
    Duration interval = std::chrono::seconds(1); ///< of the rows in the JSON report

    bool open() const { return !phases.empty(); }
    bool expects(int status) const;
};

/// Reads a plan from the command line of `load`. Fails with `invalid`, naming the option.
Result<Plan> read_plan(const Invocation& call);

} // namespace layer_cake::cli::load
