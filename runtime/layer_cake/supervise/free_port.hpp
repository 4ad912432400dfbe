#pragma once

#include <cstdint>
#include <layer_cake/core/result.hpp>
#include <set>

namespace layer_cake::supervise {

/// A TCP port of 127.0.0.1 on which nobody listens just now, as the kernel hands them out; none of `taken`. Another
/// program may take it before it is used: then who wanted it fails, and gets another at its next start.
Result<std::uint16_t> free_port(const std::set<std::uint16_t>& taken);

} // namespace layer_cake::supervise
