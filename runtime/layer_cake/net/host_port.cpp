#include <fmt/format.h>
#include <layer_cake/net/host_port.hpp>
#include <netinet/in.h>

namespace layer_cake::net {

Result<Endpoint> endpoint_of(const type::HostPort& address) {
    Endpoint endpoint;
    if (address.host && !address.host->empty()) endpoint.host = *address.host;
    if (endpoint.host.find('/') != std::string::npos) {
        endpoint.path = endpoint.host;
        return endpoint;
    }
    const auto port = address.port.value_or(0);
    if (port < 0 || port > 65'535) return fail(Fault::invalid, fmt::format("{} is not a port", port));
    endpoint.port = static_cast<std::uint16_t>(port);
    return endpoint;
}

type::HostPort far_side(int fd, const type::HostPort& own) {
    SocketAddress address;
    address.size = sizeof address.storage;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address.storage), &address.size) != 0) return own;
    if (address.storage.ss_family == AF_INET)
        return {host_number(address), ntohs(reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_port)};
    if (address.storage.ss_family == AF_INET6)
        return {host_number(address), ntohs(reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_port)};
    return own;
}

} // namespace layer_cake::net
