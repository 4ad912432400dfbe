#pragma once

#include <layer_cake/supervise/supervisor.hpp>
#include <optional>
#include <string>
#include <vector>

namespace layer_cake::supervise {

/// Restarts roles one after the other: the next when the new process of the one before is ready, and, being a worker of
/// a pool, has answered a request or had a second without one to answer. Ends early at one that does not come up.
class RollingRestart {
public:
    /// @param names  instances; those that do not run are passed over
    RollingRestart(Loop& loop, Supervisor& supervisor, std::vector<std::string> names);

    /// Goes on as far as it can; to be called after each settle. True when it is over.
    bool advance();
    const std::optional<Error>& error() const { return error_; }

private:
    bool is_up(RoleProcess& role);

    Supervisor& supervisor_;
    std::vector<std::string> names_;
    std::size_t next_ = 0;
    std::optional<int> life_; ///< of the one under way, before
    Timer patience_;
    bool waited_ = false;
    std::optional<Error> error_;
};

} // namespace layer_cake::supervise
