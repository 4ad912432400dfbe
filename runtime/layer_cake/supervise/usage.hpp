#pragma once

#include <cstdint>
#include <layer_cake/core/clock.hpp>
#include <optional>
#include <sys/types.h>

namespace layer_cake::supervise {

/// What a process and its descendants take at the moment.
struct Usage {
    Duration cpu{};           ///< processor time since their starts, of children they have waited for too
    std::uint64_t memory = 0; ///< resident bytes; what processes share is counted for each
    int processes = 0;

    friend bool operator==(const Usage&, const Usage&) = default;
};

/// From /proc; nothing when the process is gone. Costs some twenty microseconds a process.
std::optional<Usage> usage_of(pid_t leader);

} // namespace layer_cake::supervise
