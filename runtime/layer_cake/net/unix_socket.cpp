#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/net/unix_socket.hpp>
#include <sys/socket.h>

namespace layer_cake::net {
namespace {

struct Split {
    std::string folder, name;
};

Split split_path(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return {".", path};
    return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

Result<Fd> open_folder(const std::string& folder) {
    Fd fd(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return fail(system_error(fmt::format("cannot open folder \"{}\"", folder), errno));
    return fd;
}

bool fill(UnixAddress& to, const std::string& text) {
    if (text.size() >= sizeof to.address.sun_path) return false;
    to.address.sun_family = AF_UNIX;
    std::memcpy(to.address.sun_path, text.data(), text.size());
    to.address.sun_path[text.size()] = '\0';
    to.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size() + 1);
    return true;
}

Result<UnixAddress> address_in(Fd folder, const std::string& name) {
    UnixAddress address;
    if (!fill(address, fmt::format("/proc/self/fd/{}/{}", folder.get(), name)))
        return fail(Fault::invalid, fmt::format("socket name \"{}\" is longer than 80 bytes", name));
    address.folder = std::move(folder);
    return address;
}

enum class Found { nobody, somebody, unknown };

/// Asks by connecting: a socket file outlives its listener, so the file alone says nothing.
Found who_listens(const UnixAddress& address) {
    const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!probe) return Found::unknown;
    if (::connect(probe.get(), address.base(), address.size) == 0 || errno == EAGAIN) return Found::somebody;
    return errno == ECONNREFUSED || errno == ENOENT ? Found::nobody : Found::unknown;
}

} // namespace

Result<UnixAddress> unix_address(const std::string& path) {
    if (path.empty() || path.find('\0') != std::string::npos) return fail(Fault::invalid, "empty socket path");
    UnixAddress address;
    if (fill(address, path)) return address;
    auto [folder, name] = split_path(path);
    auto opened = open_folder(folder);
    if (!opened) return fail(std::move(opened).error());
    return address_in(std::move(*opened), name);
}

Result<UnixListener> UnixListener::listen(const std::string& path) {
    const auto what = fmt::format("cannot listen at \"{}\"", path);
    auto [folder, name] = split_path(path);
    if (name.empty()) return fail(Fault::invalid, what + ": no file name");
    auto opened = open_folder(folder);
    if (!opened) return fail(std::move(opened).error());

    UnixListener made;
    made.name_ = name;
    made.folder_.reset(::fcntl(opened->get(), F_DUPFD_CLOEXEC, 0));
    made.socket_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!made.folder_ || !made.socket_) return fail(system_error(what, errno));
    // The file takes the socket's own mode: it is never open to others, not for a moment, and the umask of
    // other threads is left alone.
    if (::fchmod(made.socket_.get(), 0600) != 0) return fail(system_error(what, errno));
    auto address = address_in(std::move(*opened), name);
    if (!address) return fail(std::move(address).error());

    for (int attempt = 0; ::bind(made.socket_.get(), address->base(), address->size) != 0; ++attempt) {
        if (errno != EADDRINUSE || attempt == 3) return fail(system_error(what, errno));
        struct stat there {};
        if (::fstatat(made.folder_.get(), name.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (!S_ISSOCK(there.st_mode)) return fail(Fault::failed, what + ": a file that is no socket is in the way");
        if (who_listens(*address) != Found::nobody) return fail(Fault::busy, what + ": another process listens there");
        ::unlinkat(made.folder_.get(), name.c_str(), 0);
    }
    struct stat own {};
    if (::fstatat(made.folder_.get(), name.c_str(), &own, AT_SYMLINK_NOFOLLOW) != 0)
        return fail(system_error(what, errno));
    made.device_ = own.st_dev;
    made.inode_ = own.st_ino;
    // Where the mode of the socket is not taken over (an old kernel), nobody can connect before this either.
    if ((own.st_mode & 0777) != 0600 && ::fchmodat(made.folder_.get(), name.c_str(), 0600, 0) != 0)
        return fail(system_error(what, errno));
    if (::listen(made.socket_.get(), SOMAXCONN) != 0) return fail(system_error(what, errno));
    return made;
}

UnixListener::~UnixListener() {
    if (!folder_ || inode_ == 0) return;
    struct stat there {};
    if (::fstatat(folder_.get(), name_.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (there.st_dev == device_ && there.st_ino == inode_) ::unlinkat(folder_.get(), name_.c_str(), 0);
}

} // namespace layer_cake::net
