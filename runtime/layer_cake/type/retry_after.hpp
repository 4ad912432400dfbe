#pragma once

#include <layer_cake/core/clock.hpp>
#include <layer_cake/type/faults.hpp>

namespace layer_cake::type {

/// A refusal says when another try is worth it at the end of its explanation: `overloaded, 12 pending, retry after
/// 0.3 s`. So it travels wherever a fault does, and an old peer shows it to a person. Tenths of a second, at least one.
std::string with_retry_after(std::string explanation, Duration time);

/// The time it says, if any.
std::optional<Duration> retry_after(const Faulted& fault);

} // namespace layer_cake::type
