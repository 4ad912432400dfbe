#pragma once

#include <layer_cake/directory/scope.hpp>
#include <layer_cake/pool/admission.hpp>
#include <layer_cake/type/describe.hpp>
#include <layer_cake/type/faults.hpp>
#include <layer_cake/type/uuid.hpp>

namespace layer_cake::pool {

/// Where a pool's workers run.
enum class Placement {
    thread,  ///< each on a thread of its own
    fiber,   ///< all on a few threads, as many as there are processors: workers that wait more than they compute
    process, ///< each in a process of its own
    host     ///< wherever the directory finds them: whoever has published a name that is searched for
};
BOOST_DESCRIBE_ENUM(Placement, thread, fiber, process, host)

/// How a pool works, as a member of a program's settings: `--pool='{placement: fiber, count: 16}'`.
struct PoolSettings {
    Placement placement = Placement::thread;
    std::int64_t count = 8;                                           ///< workers; 1 to 1024; of hosts all there are
    std::optional<std::int64_t> size_of_queue;                        ///< requests that wait; 1 or more; null is 16384
    std::optional<Duration> responsiveness = std::chrono::seconds(5); ///< within which answers are wanted, 1 ms or
                                                                      ///< more; five times that is the limit of each
                                                                      ///< request; null is never busy and no limit
    std::int64_t busy_pass_rate = 10;                                 ///< 1 or more; see Admission
    std::optional<Duration> stand_down = std::chrono::seconds(30);    ///< before a worker that ended is replaced; null:
                                                                      ///< when one ends the pool does
    std::optional<std::string> role_name; ///< of processes, `{i}` in it is a number; null: the worker's name and one
    std::optional<std::string> search;    ///< of hosts: the names of workers; null: what publish_worker() makes
    directory::Scope scope = directory::Scope::LAN; ///< how far up the directory they are searched for
};
LAYER_CAKE_DESCRIBE_AS(PoolSettings, "layer_cake.pool.PoolSettings", placement, count, size_of_queue, responsiveness,
                       busy_pass_rate, stand_down, role_name, search, scope)

/// What finds the workers that publish themselves under the name of an object: `worker(:.*)?`.
std::string worker_search(std::string_view object);

/// What is wrong with them, if anything: `unexpected parameters (count=0, ...)`.
std::optional<type::Faulted> unexpected(const PoolSettings& settings);

/// What admission is to go by.
Admission::Rules rules(const PoolSettings& settings);

} // namespace layer_cake::pool

// clang-format off
#define LAYER_CAKE_POOL_SETTINGS(X)                                                                                    \
    X(layer_cake::pool::Placement) X(layer_cake::pool::PoolSettings)
LAYER_CAKE_POOL_SETTINGS(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on
