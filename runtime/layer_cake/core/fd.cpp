#include <cerrno>
#include <fcntl.h>
#include <layer_cake/core/fd.hpp>
#include <sys/resource.h>

namespace layer_cake {

void Fd::reset(int fd) {
    const int old = std::exchange(fd_, fd);
    if (old < 0 || old == fd) return;
    const int saved = errno;
    ::close(old); // never retried: on Linux the number is free again even after EINTR
    errno = saved;
}

std::size_t descriptors_left() {
    rlimit limit{};
    const Fd next(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!next || ::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    return static_cast<std::size_t>(limit.rlim_cur) - static_cast<std::size_t>(next.get());
}

} // namespace layer_cake
