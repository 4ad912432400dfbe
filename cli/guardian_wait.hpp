#pragma once

#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/supervise/status.hpp>
#include <vector>

namespace layer_cake::cli {

/// The processes that hold a group's lock: when all of them are gone, so is everything the group started.
class GuardianWatch {
public:
    /// Looks the guardian up from the supervisor's pid; call while the group is known to run.
    explicit GuardianWatch(const supervise::GroupStatus& status);

    /// Waits until they are gone and the home's lock is free. Fails with `timed_out` after `patience` (zero: never).
    Result<void> wait(const home::Home& home, Duration patience) const;

    /// The pidfd of the process that is the last to go: readable then. -1 when nothing was known.
    int last() const { return pidfds_.empty() ? -1 : pidfds_.back().get(); }

private:
    std::vector<Fd> pidfds_; ///< supervisor, guardian
};

} // namespace layer_cake::cli
