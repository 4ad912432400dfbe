#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <layer_cake/core/beneath.hpp>
#include <linux/openat2.h>
#include <string>
#include <sys/syscall.h>

namespace layer_cake {
namespace {

constexpr int always = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

/// For kernels before 5.6, and what stands between us and a newer one (valgrind, sandboxes).
Fd open_by_parts(int root, std::string_view path, int flags, unsigned mode) {
    if (path.starts_with('/')) {
        errno = EXDEV;
        return {};
    }
    Fd held;
    int at = root;
    for (;;) {
        const auto slash = path.find('/');
        const std::string part(path.substr(0, slash));
        if (part == "..") {
            errno = EXDEV;
            return {};
        }
        if (slash == std::string_view::npos)
            return Fd(::openat(at, part.empty() ? "." : part.c_str(), flags | always, mode));
        path.remove_prefix(slash + 1);
        if (part.empty() || part == ".") continue;
        Fd next(::openat(at, part.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!next) return {};
        held = std::move(next);
        at = held.get();
    }
}

} // namespace

Fd open_beneath(int root, std::string_view path, int flags, unsigned mode) {
    static std::atomic<bool> known{true};
    if (known.load(std::memory_order_relaxed)) {
        struct open_how how {};
        const bool is_path = (flags & O_PATH) != 0; // takes few other flags
        how.flags = static_cast<std::uint64_t>(flags | (is_path ? O_CLOEXEC | O_NOFOLLOW : always));
        how.mode = (flags & O_CREAT) != 0 ? mode : 0;
        how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
        const std::string name(path.empty() ? "." : path);
        for (int attempt = 0; attempt < 16; ++attempt) {
            const long fd = ::syscall(SYS_openat2, root, name.c_str(), &how, sizeof how);
            if (fd >= 0) return Fd(static_cast<int>(fd));
            if (errno != EAGAIN && errno != EINTR) break; // EAGAIN: somebody renamed a folder on the way
        }
        if (errno != ENOSYS && errno != EPERM) return {};
        if (errno == ENOSYS) known.store(false, std::memory_order_relaxed);
    }
    return open_by_parts(root, path, flags, mode);
}

} // namespace layer_cake
