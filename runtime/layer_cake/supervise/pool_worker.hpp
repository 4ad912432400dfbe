#pragma once

#include <functional>
#include <layer_cake/supervise/pool_job.hpp>
#include <memory>
#include <string>

namespace layer_cake::supervise {

/// One process that works for a pool, as long as it lives. The loop's thread.
class PoolWorker {
public:
    struct Events {
        std::function<void(std::uint64_t job)> done;    ///< answered; it may take another
        std::function<void(std::uint64_t job)> refused; ///< the same, by us: the process has seen nothing of it
        std::function<void(std::uint64_t job)> failed;  ///< answered with 502: the process may just be ending
        std::function<void(std::string why)> broken;    ///< it does not keep to its protocol; last call
    };

    virtual ~PoolWorker() = default; ///< Abandons what it has; calls nobody.
    /// Never more at a time than the pool's `concurrency`. May call back at once.
    virtual void take(std::shared_ptr<PoolJob> job) = 0;
};

} // namespace layer_cake::supervise
