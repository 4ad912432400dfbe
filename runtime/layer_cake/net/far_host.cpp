#include <algorithm>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/far_host.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace layer_cake::net {
namespace {

bool is_elsewhere(int fd) {
    SocketAddress address;
    address.size = sizeof address.storage;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address.storage), &address.size) != 0) return false;
    if (address.storage.ss_family == AF_INET) {
        const auto* four = reinterpret_cast<const sockaddr_in*>(&address.storage);
        return ntohl(four->sin_addr.s_addr) >> 24 != IN_LOOPBACKNET;
    }
    if (address.storage.ss_family != AF_INET6) return false;
    const auto& six = reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_addr;
    return !IN6_IS_ADDR_LOOPBACK(&six) && !(IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == IN_LOOPBACKNET);
}

void set(int fd, int level, int name, int value) {
    ::setsockopt(fd, level, name, &value, sizeof value);
}

} // namespace

void watch_far_host(int fd, Duration lease) {
    if (!is_elsewhere(fd)) return;
    const auto seconds = static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(lease).count());
    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, std::max(1, seconds / 3));
    set(fd, IPPROTO_TCP, TCP_KEEPINTVL, std::max(1, seconds / 6));
    set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, seconds * 1'000); // counts in place of a number of probes
}

} // namespace layer_cake::net
