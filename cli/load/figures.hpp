#pragma once

#include <cstdint>
#include <layer_cake/core/clock.hpp>
#include <string>

/// Numbers as people read them.
namespace layer_cake::cli::load {

std::string grouped(std::uint64_t number);       ///< `1,234,567`
std::string time_text(Duration time);            ///< three digits: `812 us`, `1.23 ms`, `12.3 s`
std::string rate_text(double per_second);        ///< `1,234/s`, `12.3/s`
std::string share_text(double part, double all); ///< `99.3 %`; empty when there is nothing to share

inline double seconds_of(Duration span) {
    return std::chrono::duration<double>(span).count();
}

} // namespace layer_cake::cli::load
