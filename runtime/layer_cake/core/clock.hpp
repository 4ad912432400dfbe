#pragma once

#include <chrono>

namespace layer_cake {

using Duration = std::chrono::nanoseconds;

/// A moment on the machine's uptime clock; only differences mean anything.
/// Every interval of the product is measured on it: a step of the system
/// time changes no delay, deadline or probe.
using Instant = std::chrono::steady_clock::time_point;

/// A moment in UTC, for people and for log records only.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Where decisions get their time from. Tests pass their own.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
    virtual WallTime wall() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
public:
    Instant now() const override { return std::chrono::steady_clock::now(); }
    WallTime wall() const override { return std::chrono::system_clock::now(); }
};

/// A clock that stands still until told to move; for tests.
class ManualClock final : public Clock {
public:
    Instant now() const override { return now_; }
    WallTime wall() const override { return wall_; }

    void advance(Duration step) {
        now_ += step;
        wall_ += step;
    }
    /// Steps the wall clock alone, as an administrator or NTP would.
    void step_wall(Duration step) { wall_ += step; }

private:
    Instant now_{std::chrono::hours(1)};
    WallTime wall_{std::chrono::seconds(1'800'000'000)};
};

} // namespace layer_cake
