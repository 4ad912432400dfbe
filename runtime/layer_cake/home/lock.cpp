#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/home/home.hpp>
#include <sys/file.h>
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

/// The kernel has no wait with a deadline for these locks, so the waiter asks again, soon at first.
class Patience {
public:
    explicit Patience(Duration patience) : deadline_(std::chrono::steady_clock::now() + patience) {}
    /// False when the time is over, else a moment later.
    bool wait() {
        using namespace std::chrono_literals;
        if (std::chrono::steady_clock::now() >= deadline_) return false;
        std::this_thread::sleep_for(pause_);
        pause_ = std::min<Duration>(pause_ * 2, 20ms);
        return true;
    }

private:
    std::chrono::steady_clock::time_point deadline_;
    Duration pause_ = std::chrono::microseconds(500);
};

} // namespace

Result<Lock> Lock::take(const std::filesystem::path& file, Duration patience) {
    Patience waiter(patience);
    for (;;) {
        Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
        if (!fd) return fail(system_error(fmt::format("cannot open lock \"{}\"", file.string()), errno));
        auto request = whole_file();
        if (::fcntl(fd.get(), F_OFD_SETLK, &request) == 0) {
            if (still_there(fd.get(), file)) return Lock(std::move(fd));
            continue;
        }
        if (errno != EAGAIN && errno != EACCES && errno != EINTR)
            return fail(system_error(fmt::format("cannot lock \"{}\"", file.string()), errno));
        if (!waiter.wait()) return fail(Fault::busy, fmt::format("\"{}\" is locked by another process", file.string()));
    }
}

Result<Lock> Lock::take_folder(const std::filesystem::path& folder, Duration patience) {
    Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return fail(system_error(fmt::format("cannot open folder \"{}\"", folder.string()), errno));
    for (Patience waiter(patience); ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0;) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return fail(system_error(fmt::format("cannot lock folder \"{}\"", folder.string()), errno));
        if (!waiter.wait())
            return fail(Fault::busy, fmt::format("\"{}\" is locked by another process", folder.string()));
    }
    return Lock(std::move(fd));
}

bool Lock::held(const std::filesystem::path& file) {
    const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd) return false;
    auto question = whole_file();
    return ::fcntl(fd.get(), F_OFD_GETLK, &question) == 0 && question.l_type != F_UNLCK;
}

} // namespace layer_cake::home
