#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <layer_cake/net/endpoint.hpp>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace layer_cake::net {
namespace {

std::string bare(const std::string& host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
    return host;
}

std::optional<SocketAddress> number(const std::string& text, std::uint16_t port) {
    SocketAddress address;
    auto* four = reinterpret_cast<sockaddr_in*>(&address.storage);
    auto* six = reinterpret_cast<sockaddr_in6*>(&address.storage);
    const auto percent = text.find('%');
    const auto host = text.substr(0, percent);
    if (percent != std::string::npos) six->sin6_scope_id = ::if_nametoindex(text.c_str() + percent + 1);
    if (::inet_pton(AF_INET, host.c_str(), &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons(port);
        address.size = sizeof *four;
        return address;
    }
    if (::inet_pton(AF_INET6, host.c_str(), &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons(port);
        address.size = sizeof *six;
        return address;
    }
    return std::nullopt;
}

std::string host_port(const Endpoint& endpoint) {
    const auto host = bare(endpoint.host);
    const bool six = host.find(':') != std::string::npos;
    return six ? fmt::format("[{}]:{}", host, endpoint.port) : fmt::format("{}:{}", host, endpoint.port);
}

} // namespace

std::string endpoint_text(const Endpoint& endpoint) {
    return endpoint.path.empty() ? host_port(endpoint) : endpoint.path;
}

std::string host_header(const Endpoint& endpoint) {
    return endpoint.path.empty() ? host_port(endpoint) : "localhost";
}

std::string host_number(const SocketAddress& address) {
    char text[INET6_ADDRSTRLEN] = "", interface[IF_NAMESIZE];
    if (address.storage.ss_family == AF_INET)
        ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_addr, text, sizeof text);
    if (address.storage.ss_family != AF_INET6) return text;
    const auto* six = reinterpret_cast<const sockaddr_in6*>(&address.storage);
    if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) // a listener for both is what others know by four numbers
        ::inet_ntop(AF_INET, &six->sin6_addr.s6_addr[12], text, sizeof text);
    else
        ::inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
    if (six->sin6_scope_id == 0 || !::if_indextoname(six->sin6_scope_id, interface)) return text;
    return fmt::format("{}%{}", text, interface);
}

bool is_loopback(const Endpoint& endpoint) {
    const auto host = bare(endpoint.host);
    return !endpoint.path.empty() || host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::vector<SocketAddress> known_addresses(const std::string& host, std::uint16_t port) {
    std::vector<SocketAddress> found;
    const auto text = bare(host);
    if (text == "localhost") {
        found.push_back(*number("127.0.0.1", port));
        found.push_back(*number("::1", port));
    } else if (auto address = number(text, port)) {
        found.push_back(*address);
    }
    return found;
}

Result<std::vector<SocketAddress>> resolve(const std::string& host, std::uint16_t port) {
    auto found = known_addresses(host, port);
    if (!found.empty()) return found;
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const auto text = std::to_string(port);
    const int status = ::getaddrinfo(host.c_str(), text.c_str(), &hints, &list);
    if (status != 0) return fail(Fault::missing, fmt::format("no host \"{}\": {}", host, ::gai_strerror(status)));
    for (const addrinfo* entry = list; entry; entry = entry->ai_next) {
        auto& address = found.emplace_back();
        std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
        address.size = entry->ai_addrlen;
    }
    ::freeaddrinfo(list);
    return found;
}

Error connect_error(const Endpoint& endpoint, int error_number) {
    const auto where = endpoint_text(endpoint);
    if (error_number == ECONNREFUSED || error_number == ENOENT)
        return {Fault::not_running, fmt::format("nothing listens at \"{}\"", where)};
    return system_error(fmt::format("cannot connect to \"{}\"", where), error_number);
}

Connecting start_connect(const sockaddr* address, socklen_t size) {
    Connecting under_way;
    under_way.fd.reset(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!under_way.fd) {
        under_way.error = errno;
        return under_way;
    }
    if (address->sa_family != AF_UNIX) {
        const int on = 1;
        ::setsockopt(under_way.fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    if (::connect(under_way.fd.get(), address, size) == 0)
        under_way.done = true;
    else if (errno != EINPROGRESS && errno != EINTR)
        under_way.error = errno;
    return under_way;
}

} // namespace layer_cake::net
