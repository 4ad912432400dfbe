#pragma once

#include <array>
#include <cstdint>
#include <layer_cake/core/clock.hpp>

namespace layer_cake::pool {

/// Quantiles of the last few thousand time spans, to about 5 percent, in one kilobyte. From 1 us to 4 hours; what is
/// outside counts as the nearest of these.
class Quantiles {
public:
    void add(Duration span);
    /// @param share  0.99 for the 99th percentile
    /// @return zero before the first span
    Duration at(double share) const;

private:
    static constexpr unsigned steps = 8; ///< to each doubling
    static constexpr std::uint32_t remembered = 4096;

    std::array<std::uint32_t, 34 * steps> counts_{};
    std::uint32_t total_ = 0;
};

} // namespace layer_cake::pool
