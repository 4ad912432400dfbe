#pragma once

#include <cstddef>
#include <unistd.h>
#include <utility>

namespace layer_cake {

/// Owns one file descriptor. Closing keeps errno.
class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(other.release()) {}
    Fd& operator=(Fd&& other) noexcept {
        reset(other.release());
        return *this;
    }
    ~Fd() { reset(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release() { return std::exchange(fd_, -1); }
    void reset(int fd = -1);

private:
    int fd_ = -1;
};

/// How many descriptors this process may open yet. Numbers are given lowest first, so that those below the next one
/// count as used: it may be more, never less.
std::size_t descriptors_left();

} // namespace layer_cake
