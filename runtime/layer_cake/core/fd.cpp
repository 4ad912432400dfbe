#include <cerrno>
#include <layer_cake/core/fd.hpp>

namespace layer_cake {

void Fd::reset(int fd) {
    const int old = std::exchange(fd_, fd);
    if (old < 0 || old == fd) return;
    const int saved = errno;
    ::close(old); // never retried: on Linux the number is free again even after EINTR
    errno = saved;
}

} // namespace layer_cake
