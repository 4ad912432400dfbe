#pragma once

#include <cstdint>
#include <random>

namespace layer_cake {

/// A seedable source for jitter. `LAYER_CAKE_SEED` in the environment fixes the
/// seed of the process's own source, so that delays can be reproduced.
class Random {
public:
    Random(); ///< seeded from LAYER_CAKE_SEED, else from the system
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    /// Uniform in 0..limit, limit included.
    std::uint64_t up_to(std::uint64_t limit) { return std::uniform_int_distribution<std::uint64_t>(0, limit)(engine_); }

private:
    std::minstd_rand engine_; // small: one word of state
};

} // namespace layer_cake
