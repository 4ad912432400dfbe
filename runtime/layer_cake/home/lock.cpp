#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/home/home.hpp>
#include <sys/stat.h>
#include <thread>

namespace layer_cake::home {
namespace {

struct flock whole_file() {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

/// Whether the file that is open is still the one of that name: it may have been removed while we waited.
bool still_there(int fd, const std::filesystem::path& file) {
    struct stat ours {
    }, named{};
    return ::fstat(fd, &ours) == 0 && ::stat(file.c_str(), &named) == 0 && ours.st_dev == named.st_dev &&
           ours.st_ino == named.st_ino;
}

} // namespace

Result<Lock> Lock::take(const std::filesystem::path& file, Duration patience) {
    using namespace std::chrono_literals;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    // The kernel has no wait with a deadline for these locks, so the waiter asks again, soon at first.
    for (Duration pause = 500us;; pause = std::min<Duration>(pause * 2, 20ms)) {
        Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
        if (!fd) return fail(system_error(fmt::format("cannot open lock \"{}\"", file.string()), errno));
        auto request = whole_file();
        if (::fcntl(fd.get(), F_OFD_SETLK, &request) == 0) {
            if (still_there(fd.get(), file)) return Lock(std::move(fd));
            continue;
        }
        if (errno != EAGAIN && errno != EACCES && errno != EINTR)
            return fail(system_error(fmt::format("cannot lock \"{}\"", file.string()), errno));
        if (std::chrono::steady_clock::now() >= deadline)
            return fail(Fault::busy, fmt::format("\"{}\" is locked by another process", file.string()));
        std::this_thread::sleep_for(pause);
    }
}

bool Lock::held(const std::filesystem::path& file) {
    const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd) return false;
    auto question = whole_file();
    return ::fcntl(fd.get(), F_OFD_GETLK, &question) == 0 && question.l_type != F_UNLCK;
}

} // namespace layer_cake::home
