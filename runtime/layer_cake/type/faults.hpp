#pragma once

#include <cstdint>
#include <layer_cake/type/describe.hpp>
#include <optional>
#include <string>
#include <vector>

/// The answers that say what went wrong.
namespace layer_cake::type {

/// An object or a request ended in a fault. The others below are faults, too, and every message derived from
/// this one: as_fault() sees them all as this.
struct Faulted {
    std::string condition = "fault"; ///< what happened
    std::string explanation;         ///< why; may be empty
    std::optional<std::int64_t> error_code;
    std::optional<std::int64_t> exit_status; ///< of the process, when it ends because of this

    bool operator==(const Faulted&) const = default;
};
#define LAYER_CAKE_FAULT_MEMBERS condition, explanation, error_code, exit_status
LAYER_CAKE_DESCRIBE_AS(Faulted, "layer_cake.point_runtime.Faulted", LAYER_CAKE_FAULT_MEMBERS)

/// Ended by request: the answer to Stop.
struct Aborted : Faulted {
    Aborted() : Faulted{"aborted", "user or software interrupt", {}, {}} {}
};
LAYER_CAKE_DESCRIBE_AS(Aborted, "layer_cake.point_runtime.Aborted", LAYER_CAKE_FAULT_MEMBERS)

/// No answer came within the time.
struct TimedOut : Faulted {
    TimedOut() : Faulted{"timed out", {}, {}, {}} {}
    Any timer; ///< the timer that ran out, or null
};
LAYER_CAKE_DESCRIBE_AS(TimedOut, "layer_cake.point_runtime.TimedOut", timer, LAYER_CAKE_FAULT_MEMBERS)

/// Refused: an answer would come too late.
struct Busy : Faulted {};
LAYER_CAKE_DESCRIBE_AS(Busy, "layer_cake.point_runtime.Busy", LAYER_CAKE_FAULT_MEMBERS)

/// Refused: the queue is full.
struct Overloaded : Faulted {};
LAYER_CAKE_DESCRIBE_AS(Overloaded, "layer_cake.point_runtime.Overloaded", LAYER_CAKE_FAULT_MEMBERS)

/// Refused: something it needs is not there at present.
struct TemporarilyUnavailable : Faulted {
    std::vector<std::string> unavailable; ///< the names of what is missing
};
LAYER_CAKE_DESCRIBE_AS(TemporarilyUnavailable, "layer_cake.point_runtime.TemporarilyUnavailable",
                       LAYER_CAKE_FAULT_MEMBERS, unavailable)

/// Refused until somebody mends it.
struct OutOfService : Faulted {};
LAYER_CAKE_DESCRIBE_AS(OutOfService, "layer_cake.point_runtime.OutOfService", LAYER_CAKE_FAULT_MEMBERS)

/// Not known yet.
struct ToBeConfirmed : Faulted {};
LAYER_CAKE_DESCRIBE_AS(ToBeConfirmed, "layer_cake.point_runtime.ToBeConfirmed", LAYER_CAKE_FAULT_MEMBERS)

/// The fault in a value that is one, or null.
inline const Faulted* as_fault(const Any& value) {
    const auto* info = value.info();
    return info && info->fault ? info->fault(value.value()) : nullptr;
}

} // namespace layer_cake::type
