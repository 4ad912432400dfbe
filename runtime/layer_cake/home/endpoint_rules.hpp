#pragma once

#include <cstdint>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/home/role.hpp>
#include <string>
#include <vector>

/// What a group file says of the group's own HTTP endpoint and the pools behind it, checked: plain values with the
/// defaults filled in.
namespace layer_cake::home {

/// Which requests go to which pool.
struct Route {
    std::string path; ///< `/thumbnail` alone, or `/files/*`: all below, `/files` and `/files/` too
    std::string pool;
    std::vector<std::string> methods; ///< GET includes HEAD; never empty: resolved by the protocol of the pool's role

    friend bool operator==(const Route&, const Route&) = default;
};

/// `http`: where the group listens for its pools.
struct HttpRules {
    HostPort listen;
    std::vector<std::string> hosts; ///< names in `Host` that are ours, besides the address; `*`: any
    std::vector<Route> routes;
    std::uint64_t max_body = 1u << 20;
    std::uint64_t max_header = 16u << 10;
    int connections = 1024;
    Duration header_timeout = 10s;
    Duration idle_timeout = 60s;

    friend bool operator==(const HttpRules&, const HttpRules&) = default;
};

/// One of `pools`: the replicas of a role as workers behind one queue.
struct PoolRules {
    std::string name;
    std::string role;                ///< base name; it has a protocol
    Duration responsiveness = 5s;    ///< an answer is wanted within; what would miss it is refused
    std::optional<Duration> timeout; ///< an answer later than this after the arrival is none; none: 5 * responsiveness
    int size_of_queue = 256;         ///< requests waiting for a worker, at most
    int busy_pass_rate = 10;         ///< one in this many is let in although it looks too late
    Duration stand_down = 30s;       ///< a worker silent for this long after a timeout is replaced
    int concurrency = 1;             ///< requests that a worker has at the same time

    friend bool operator==(const PoolRules&, const PoolRules&) = default;
};

} // namespace layer_cake::home
