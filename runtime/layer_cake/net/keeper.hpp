#pragma once

#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/random.hpp>
#include <optional>
#include <utility>

namespace layer_cake::net {

/// The keep-alive of one connection: the sides take turns at being silent for a minute or so and then saying that they
/// are still there. Who waits to hear it waits a few seconds longer, and then takes the far side for gone. Pure: the
/// caller keeps the one timer.
class Keeper {
public:
    explicit Keeper(Random random = {}) : random_(random) {}

    enum class Due {
        nothing,
        say_still_there, ///< with new_period(), then wait for heard()
        gone             ///< the far side has not been heard
    };

    /// The silence to ask for: 60 s, 5 % more or less.
    double new_period();

    /// We asked for the first turn. The time to wait.
    Duration asked(double period) { return wait_for(period, first_margin); }
    /// We said that we are here. The time to wait.
    Duration said(double period) { return wait_for(period, later_margin); }
    /// The far side asked, or said that it is here. The time to be silent, or nothing when that makes no sense.
    std::optional<Duration> heard(double seconds);
    /// The time is over.
    Due due();

private:
    static constexpr Duration first_margin = std::chrono::seconds(3), later_margin = std::chrono::seconds(5);
    enum class Turn { nobody, ours, theirs };

    Duration wait_for(double period, Duration margin);

    Random random_;
    Turn turn_ = Turn::nobody;
};

} // namespace layer_cake::net
