#pragma once

#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>

namespace layer_cake::cli::load {

/// Calls back at a moment, to some ten microseconds. (A Timer of the loop counts whole milliseconds: a request sent a
/// millisecond late would look like a slow server.)
class PreciseTimer {
public:
    PreciseTimer(Loop& loop, std::function<void()> fired);

    /// Sets the moment; one that was set before is forgotten. A moment that has passed fires at once.
    void set(Instant at);
    void cancel();

private:
    void arm(Instant at);

    Fd fd_;
    Poll poll_;
    Instant armed_{}; ///< the epoch: not armed
};

} // namespace layer_cake::cli::load
