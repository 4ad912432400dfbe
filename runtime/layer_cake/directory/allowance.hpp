#pragma once

#include <algorithm>
#include <layer_cake/core/clock.hpp>

namespace layer_cake::directory {

/// How much somebody may do: so much at once, and so much a second in the long run.
class Allowance {
public:
    Allowance(std::size_t at_once, std::size_t a_second, Instant now)
        : most_(static_cast<double>(at_once)), a_second_(static_cast<double>(a_second)), left_(most_), when_(now) {}

    /// False when that is more than is left; then nothing is taken.
    bool take(std::size_t count, Instant now) {
        const std::chrono::duration<double> passed = now - when_;
        left_ = std::min(most_, left_ + passed.count() * a_second_);
        when_ = now;
        if (static_cast<double>(count) > left_) return false;
        left_ -= static_cast<double>(count);
        return true;
    }

private:
    double most_, a_second_, left_;
    Instant when_;
};

} // namespace layer_cake::directory
