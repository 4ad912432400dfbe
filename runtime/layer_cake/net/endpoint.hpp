#pragma once

#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/net/http.hpp>
#include <layer_cake/net/unix_socket.hpp>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <vector>

/// Endpoints as texts, addresses and connecting sockets.
namespace layer_cake::net {

/// `/srv/shop/.layer-cake/control.sock`, `127.0.0.1:80`, `[::1]:80`.
std::string endpoint_text(const Endpoint& endpoint);

/// The value of `Host` for requests to it: `localhost` for a unix socket.
std::string host_header(const Endpoint& endpoint);

/// Whether only this machine can reach it.
bool is_loopback(const Endpoint& endpoint);

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    const sockaddr* base() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// The address without its port, as a number; with the interface where it needs one: `fe80::1%eth0`. What is IPv4
/// within IPv6 is IPv4. Empty for a unix socket.
std::string host_number(const SocketAddress& address);

/// The addresses of a host that need no asking: of a number, and of `localhost` (IPv4 first). Empty for a name.
std::vector<SocketAddress> known_addresses(const std::string& host, std::uint16_t port);

/// The addresses of any host. Asks the system's resolver, which may block for seconds.
Result<std::vector<SocketAddress>> resolve(const std::string& host, std::uint16_t port);

/// What a failed connect means to a caller: `not_running` for "nothing listens at ...".
Error connect_error(const Endpoint& endpoint, int error_number);

/// A connection under way on a non-blocking socket, or errno's number.
struct Connecting {
    Fd fd;
    bool done = false; ///< connected already
    int error = 0;     ///< 0: `fd` is good. EAGAIN: a unix listener's queue is full, try later
};
Connecting start_connect(const sockaddr* address, socklen_t size);

} // namespace layer_cake::net
