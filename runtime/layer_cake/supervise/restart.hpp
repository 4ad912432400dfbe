#pragma once

#include <deque>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/random.hpp>
#include <layer_cake/home/role.hpp>
#include <optional>

namespace layer_cake::supervise {

/// When a role that has ended should run again. Pure: holds numbers only, the supervisor does the waiting.
///
///     policy       ended          answer
///     no           any            never
///     on_failure   success        never
///     on_failure   failure        after the next step, or gives up
///     always       any            after the next step, or gives up
///
/// Steps: first_steps in order, then regular_steps for ever (or the last first step; 0 when there is none).
/// Each delay gets k * randomized added, k uniform in 0 .. delay * truncated / randomized, both ends included.
/// Up for reset_after or more: the steps and their count start over before the next one is taken.
/// Gives up when step_limit steps have been taken, or when this failure is the `max`-th within the last `window`
/// (both ends included). A long life does not clear the window: what is in it has happened.
class Restart {
public:
    Restart(const home::RestartRules& rules, Random& random) : rules_(rules), random_(random) {}

    struct Answer {
        enum class Kind { never, after, gave_up } kind = Kind::never;
        Duration delay{};
    };
    /// Records an end and says what follows.
    Answer after_end(bool success, Duration uptime, Instant now);
    void reset(); ///< a person asked for a start: forget earlier failures

    int restarts() const { return total_; }
    int in_window(
        Instant now) const; ///< failures within the last `window`; at most the greater of 1000 and `max` are counted

private:
    void forget(Instant now);

    const home::RestartRules& rules_;
    Random& random_;
    int step_ = 0;
    int total_ = 0;
    std::deque<Instant> failures_;
};

} // namespace layer_cake::supervise
