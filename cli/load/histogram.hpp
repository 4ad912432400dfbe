#pragma once

#include <cstdint>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/clock.hpp>
#include <utility>
#include <vector>

namespace layer_cake::cli::load {

/// How often each time was measured, to within 0.4 %.
///
/// Buckets are of equal width within a power of two: 128 of them, and of 1 ns below 128 ns. Times above 2^42 ns (73
/// minutes) count as that. Histograms of several processes add up without loss. Memory: up to the largest time seen, 36
/// KiB at most.
class Histogram {
public:
    void add(Duration time, std::uint64_t times = 1); ///< below zero counts as zero
    void add(const Histogram& other);

    std::uint64_t count() const { return count_; }
    bool empty() const { return count_ == 0; }
    Duration least() const { return empty() ? Duration() : least_; } ///< exact
    Duration most() const { return most_; }                          ///< exact
    Duration mean() const;

    /// The time within which `share` (0 to 1) of all lie: the middle of its bucket, never beyond the largest. Zero when
    /// empty.
    Duration percentile(double share) const;
    /// How many took at least `from` and less than `to`: whole buckets, by their middle.
    std::uint64_t between(Duration from, Duration to) const;

    /// `{"least": 1, "most": 9, "sum": 20, "buckets": [[INDEX, COUNT], ...]}` in nanoseconds, and back.
    codec::Value to_value() const;
    static Histogram from_value(const codec::Value& value); ///< what does not fit is left out

private:
    static std::size_t bucket_of(std::uint64_t time);
    static std::uint64_t middle_of(std::size_t bucket);

    std::vector<std::uint64_t> buckets_;
    std::uint64_t count_ = 0;
    double sum_ = 0; ///< nanoseconds
    Duration least_ = Duration::max(), most_{};
};

} // namespace layer_cake::cli::load
