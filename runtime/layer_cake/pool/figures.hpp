#pragma once

#include <cstdint>
#include <layer_cake/core/clock.hpp>
#include <optional>

namespace layer_cake::pool {

/// What a pool has done and how it stands. Each request that was offered ends in exactly one of completed, busy,
/// overloaded, unavailable, expired, timed_out, lost or abandoned, or is still queued or in flight.
struct Figures {
    std::uint64_t offered = 0;
    std::uint64_t admitted = 0;    ///< given to a worker, at once or from the queue
    std::uint64_t completed = 0;   ///< answered by a worker in time for its requester to be told
    std::uint64_t busy = 0;        ///< refused on arrival: the answer would have come too late
    std::uint64_t busy_late = 0;   ///< refused after waiting, for the same reason
    std::uint64_t overloaded = 0;  ///< refused: the queue was full
    std::uint64_t unavailable = 0; ///< refused: no worker, and none expected in time
    std::uint64_t expired = 0;     ///< its own deadline passed before a worker had it
    std::uint64_t timed_out = 0;   ///< a worker had it for longer than the limit
    std::uint64_t lost = 0;        ///< its worker ended
    std::uint64_t abandoned = 0;   ///< its requester went away while it was queued
    std::uint64_t replaced = 0;    ///< workers made for others that had ended or were silent

    std::size_t queued = 0, in_flight = 0;
    std::size_t workers = 0; ///< that count on: ready or full
    std::size_t slow = 0, silent = 0, withdrawn = 0;
    std::optional<Duration> service_time; ///< mean; none while it is not known
    Duration service_spread{};
    std::optional<Duration> responsiveness;
    Duration sojourn_p50{}, sojourn_p99{};   ///< of what was given to a worker: the time in the queue
    Duration response_p50{}, response_p99{}; ///< of what was completed: from arrival to answer
};

} // namespace layer_cake::pool
