#pragma once

#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/// Unix sockets at paths of any length. A `sockaddr_un` holds 107 bytes; a
/// longer path is reached through its folder's descriptor in /proc/self/fd.
namespace layer_cake::net {

/// A path as an address the kernel takes. Keep it while the address is used.
struct UnixAddress {
    Fd folder; ///< open when the address goes through it
    sockaddr_un address{};
    socklen_t size = 0;

    const sockaddr* base() const { return reinterpret_cast<const sockaddr*>(&address); }
};

/// Fails with `missing` when the folder is not there, with `invalid` for a name no address can hold.
Result<UnixAddress> unix_address(const std::string& path);

/// A listening unix socket and the file it made. Removes the file when destroyed, if it is still its own.
class UnixListener {
public:
    /// Makes the socket with mode 0600 from its first moment on. A file left by a dead listener is replaced.
    /// Fails with `busy` when somebody listens there, with `failed` when something else than a socket is there.
    static Result<UnixListener> listen(const std::string& path);

    UnixListener() = default;
    UnixListener(UnixListener&&) = default;
    UnixListener& operator=(UnixListener&&) = delete;
    ~UnixListener();

    Fd take_socket() { return std::move(socket_); }

private:
    Fd socket_, folder_;
    std::string name_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

} // namespace layer_cake::net
