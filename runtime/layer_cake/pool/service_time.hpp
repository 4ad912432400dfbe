#pragma once

#include <layer_cake/core/clock.hpp>

namespace layer_cake::pool {

/// How long a request keeps a worker: mean and spread of what was seen lately.
///
/// A sample counts half after one half-life, so many quick ones and few slow ones are forgotten at the same pace. After
/// eight half-lives without a sample nothing is known any more.
class ServiceTime {
public:
    /// @param half_life  above zero
    void add(Duration span, Instant now, Duration half_life);

    bool known(Instant now) const { return weight_ > 0 && now - last_ <= 8 * half_life_; }
    /// No sample has come for that long. True before the first one.
    bool stale(Instant now, Duration time) const { return weight_ <= 0 || now - last_ > time; }
    Duration mean() const { return Duration(static_cast<Duration::rep>(mean_)); }
    /// The standard deviation.
    Duration spread() const;

private:
    double weight_ = 0; ///< of all samples, now
    double mean_ = 0;   ///< nanoseconds
    double variance_ = 0;
    Instant last_{};
    Duration half_life_{};
};

} // namespace layer_cake::pool
