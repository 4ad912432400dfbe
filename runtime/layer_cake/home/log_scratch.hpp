#pragma once

#include <cstddef>
#include <layer_cake/core/thread_buffer.hpp>
#include <sys/ioctl.h>

/// What the parts of LogWriter share.
namespace layer_cake::home {

constexpr std::size_t scratch_size = 64 << 10;

/// Scratch memory of the thread, given back never: one block however many roles there are.
inline char* scratch() {
    struct Writers {};
    return thread_buffer<Writers, scratch_size>().data();
}

/// Bytes in a pipe; 0 when it cannot be told.
inline std::size_t waiting_in(int pipe) {
    int bytes = 0;
    return ::ioctl(pipe, FIONREAD, &bytes) ? 0 : static_cast<std::size_t>(bytes);
}

} // namespace layer_cake::home
