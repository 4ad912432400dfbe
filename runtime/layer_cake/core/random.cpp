#include <charconv>
#include <cstdlib>
#include <cstring>
#include <layer_cake/core/random.hpp>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

namespace layer_cake {
namespace {

std::uint64_t chosen_seed() {
    std::uint64_t seed = 0;
    if (const char* text = std::getenv("LAYER_CAKE_SEED")) {
        const char* end = text + std::strlen(text);
        const auto read = std::from_chars(text, end, seed);
        if (read.ec == std::errc() && read.ptr == end && end != text) return seed;
    }
    if (::getrandom(&seed, sizeof seed, GRND_NONBLOCK) == sizeof seed) return seed;
    timespec now{}; // early in boot there is no entropy yet; jitter does not need more than this
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_nsec) ^ (static_cast<std::uint64_t>(::getpid()) << 32);
}

} // namespace

Random::Random() : Random(chosen_seed()) {}

} // namespace layer_cake
