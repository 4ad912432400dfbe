#pragma once

#include <array>
#include <cli/load/answer_kind.hpp>
#include <cli/load/histogram.hpp>
#include <cstdint>
#include <map>

namespace layer_cake::cli::load {

/// What happened to the requests of one phase, or of all; adds up over processes and time.
///
/// A request that is tried again is offered once and has an outcome for each try; the time of a success counts from
/// when the request was first due, that of other answers from when their try was due.
struct Tally {
    std::uint64_t offered = 0;                                              ///< requests that were due
    std::uint64_t sent = 0;                                                 ///< tries that went out
    std::uint64_t retries = 0;                                              ///< of those, tries after the first
    std::uint64_t good = 0;                                                 ///< successes within the time wanted
    std::uint64_t in_window = 0, success_in_window = 0, good_in_window = 0; ///< answers before the schedule was over
    std::uint64_t bytes = 0;                                                ///< of bodies
    std::uint64_t connections = 0;                                          ///< made
    std::array<std::uint64_t, kinds> counts{};
    std::map<int, std::uint64_t> statuses;
    std::array<Histogram, kinds> times; ///< of answers
    Histogram lag;                      ///< how long after it was due each try was sent: what the generator added

    std::uint64_t count(Kind kind) const { return counts[static_cast<std::size_t>(kind)]; }
    const Histogram& time(Kind kind) const { return times[static_cast<std::size_t>(kind)]; }
    std::uint64_t answers() const;  ///< of every status
    std::uint64_t outcomes() const; ///< of every kind
    std::uint64_t refusals() const; ///< Busy, Overloaded, TemporarilyUnavailable, and those that do not say
    Histogram refusal_times() const;

    void add(const Tally& other);
    bool empty() const { return offered == 0 && outcomes() == 0 && connections == 0; }

    /// For the pipe between our own processes.
    codec::Value to_value() const;
    static Tally from_value(const codec::Value& value);
};

} // namespace layer_cake::cli::load
