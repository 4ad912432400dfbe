#pragma once

#include <algorithm>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/random.hpp>

namespace layer_cake::directory {

/// Delays between attempts: the first, then twice the last up to the longest, each shortened by up to a quarter so that
/// those who lost the same thing do not come back at the same time.
class BackOff {
public:
    BackOff(Duration first, Duration longest) : first_(first), longest_(longest), next_(first) {}

    Duration next(Random& random) {
        const auto whole = next_;
        next_ = std::min(next_ * 2, longest_);
        return whole - whole / 1'000 * static_cast<std::int64_t>(random.up_to(250));
    }
    void reset() { next_ = first_; }

private:
    Duration first_, longest_, next_;
};

} // namespace layer_cake::directory
