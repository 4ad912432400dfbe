#pragma once

#include <cstddef>
#include <cstdint>
#include <layer_cake/core/fd.hpp>
#include <sys/types.h>

namespace layer_cake::home {

/// A pipe of this thread's own, by which bytes pass from a program's pipe to a file within the kernel.
///
/// A direct splice holds the program's pipe for as long as the file takes, and the program with it;
/// by way of the transit it is held for some microseconds. Empty between any two uses. All calls
/// return bytes, 0 or -1 (errno), and never wait for a pipe.
class LogTransit {
public:
    /// Bytes under way at most, where the kernel lets the pipe grow so far.
    static constexpr std::size_t most = 256 << 10;

    static LogTransit& of_this_thread();

    LogTransit(const LogTransit&) = delete;
    LogTransit& operator=(const LogTransit&) = delete;

    /// It could be made. Tried again by every call.
    bool usable();

    ssize_t look(int pipe, std::size_t limit); ///< what is in a pipe, which keeps it
    ssize_t draw(int pipe, std::size_t limit); ///< takes it out of the pipe
    ssize_t store(int file, std::uint64_t offset, std::size_t size);
    ssize_t read(char* to, std::size_t size);
    void clear();
    /// Takes bytes out of a pipe that have been looked at.
    void skip(int pipe, std::size_t size);

private:
    LogTransit() = default;

    Fd read_, write_, null_;
};

} // namespace layer_cake::home
