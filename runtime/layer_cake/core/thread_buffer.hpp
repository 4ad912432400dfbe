#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace layer_cake {

/// A block of memory of the thread, for what is read and dealt with at once. Made when it is first asked for: a
/// thread_local array would be paid for by every thread there is.
/// @tparam User  each has its own, so that none overwrites what another is dealing with
template <class User, std::size_t size = 64 << 10>
std::span<char, size> thread_buffer() {
    static thread_local const std::unique_ptr<char[]> block(new char[size]);
    return std::span<char, size>(block.get(), size);
}

} // namespace layer_cake
