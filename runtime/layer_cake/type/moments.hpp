#pragma once

#include <compare>
#include <layer_cake/core/clock.hpp>

/// The times that travel: a moment is a WallTime, a stretch of time a Duration (core/clock.hpp), and these two.
namespace layer_cake::type {

/// A moment that is written as local time, without a zone.
struct ClockTime {
    WallTime moment{};
    auto operator<=>(const ClockTime&) const = default;
};

/// The difference of two moments: written `1:02:03:04` where a Duration is written `1d2h3m4s`.
struct TimeDelta {
    Duration length{};
    auto operator<=>(const TimeDelta&) const = default;
};

} // namespace layer_cake::type
