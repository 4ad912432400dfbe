#include <arpa/inet.h>
#include <cstdlib>
#include <layer_cake/codec/text_value.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/directory/places.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <netinet/in.h>
#include <sys/socket.h>

namespace layer_cake::directory {
namespace {

using namespace std::chrono_literals;

std::optional<in_addr> four_of(const std::string& address) {
    in_addr four{};
    if (::inet_pton(AF_INET, address.c_str(), &four) != 1) return std::nullopt;
    return four;
}

/// Of 192.168.0.0/16, 172.16.0.0/12, 10.0.0.0/8, that it is in; nothing when it is in none.
std::string_view private_station(const std::string& address) {
    const auto four = four_of(address);
    if (!four) return {};
    const auto bits = ntohl(four->s_addr);
    if (bits >> 24 == 10) return "10.0.0.195";
    if (bits >> 20 == (172u << 4 | 1)) return "172.16.0.195";
    if (bits >> 16 == (192u << 8 | 168)) return "192.168.0.195";
    return {};
}

/// In a network of one's own.
bool is_private(const type::HostPort& place) {
    const auto host = place.host.value_or("");
    in6_addr six{};
    if (::inet_pton(AF_INET6, host.c_str(), &six) == 1)
        return (six.s6_addr[0] & 0xFE) == 0xFC || IN6_IS_ADDR_LINKLOCAL(&six);
    return !private_station(host).empty();
}

/// From which address this host speaks to that one; empty when it knows no way there.
std::string address_towards(const char* number) {
    auto address = net::known_addresses(number, 9).front();
    auto* base = reinterpret_cast<sockaddr*>(&address.storage);
    const Fd fd(::socket(base->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (fd.get() < 0 || ::connect(fd.get(), base, address.size) != 0) return {};
    if (::getsockname(fd.get(), base, &address.size) != 0) return {};
    auto found = net::host_number(address);
    for (const std::string_view none : {"127.", "0.", "169.254.", "::1", "fe80:"})
        if (found.starts_with(none)) return {};
    return found;
}

} // namespace

type::HostPort usual_place(Scope scope) {
    if (scope == Scope::LAN || scope == Scope::WAN) return {"0.0.0.0", directory_port};
    return {"127.0.0.1", scope == Scope::HOST ? directory_port : 0};
}

std::optional<type::HostPort> parse_place(std::string_view text) {
    type::HostPort place;
    const auto read = codec::read_text(type::info_of<type::HostPort>(), &place, text);
    if (!read) return std::nullopt;
    if (place.host && place.host->find('/') != std::string::npos) return place;
    if (!place.port || *place.port < 0 || *place.port > 65'535) return std::nullopt;
    if (!place.host) place.host = "127.0.0.1";
    return place;
}

std::optional<type::HostPort> named_parent() {
    const char* text = std::getenv("LAYER_CAKE_DIRECTORY");
    return text ? parse_place(text) : std::nullopt;
}

std::optional<type::HostPort> usual_parent(Scope scope) {
    if (scope == Scope::PROCESS || scope == Scope::GROUP) return usual_place(Scope::HOST);
    if (scope == Scope::HOST) return lan_station(primary_address());
    return std::nullopt;
}

std::optional<type::HostPort> lan_station(const std::string& address) {
    const auto station = private_station(address);
    if (station.empty()) return std::nullopt;
    return type::HostPort{std::string(station), directory_port};
}

std::string primary_address() {
    auto found = address_towards("192.0.2.123"); // of the examples: only the way to them is asked for
    return !found.empty() ? found : address_towards("2001:db8::123");
}

bool is_loopback(const type::HostPort& place) {
    const auto host = place.host.value_or("127.0.0.1");
    return host.starts_with("127.") || host == "localhost" || host == "::1" || host.find('/') != std::string::npos;
}

Duration patience_with(const type::HostPort& place) {
    return is_loopback(place) || is_private(place) ? 2s : 30s;
}

Duration longest_delay(const type::HostPort& place) {
    return is_loopback(place) ? 8s : is_private(place) ? 3s : 120s;
}

} // namespace layer_cake::directory
