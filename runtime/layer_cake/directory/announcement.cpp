#include <cerrno>
#include <charconv>
#include <fmt/format.h>
#include <layer_cake/directory/announcement.hpp>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>

namespace layer_cake::directory {
namespace {

constexpr std::string_view head = "layer-cake lan 1 ";

Result<Fd> datagram_socket(const net::SocketAddress& group) {
    Fd socket(::socket(group.base()->sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return fail(system_error("cannot make a socket", errno));
    return socket;
}

/// Binds to the group and joins it, on the interface that leads there.
bool hear(int socket, const net::SocketAddress& group) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(socket, group.base(), group.size) != 0) return false;
    if (group.base()->sa_family == AF_INET) {
        ip_mreq joined{};
        joined.imr_multiaddr = reinterpret_cast<const sockaddr_in*>(group.base())->sin_addr;
        return ::setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &joined, sizeof joined) == 0;
    }
    ipv6_mreq joined{};
    joined.ipv6mr_multiaddr = reinterpret_cast<const sockaddr_in6*>(group.base())->sin6_addr;
    return ::setsockopt(socket, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &joined, sizeof joined) == 0;
}

/// Whether who hears the group can reach what listens at the host; a name may be anything.
bool is_reached(const std::string& host, const net::SocketAddress& group) {
    const auto numbers = net::known_addresses(host, 0);
    return host == "::" || numbers.empty() || numbers.front().base()->sa_family == group.base()->sa_family;
}

net::SocketAddress group_address(const char* group) {
    return net::known_addresses(group, announcement_port).front();
}

} // namespace

std::string announcement_text(const Announcement& announcement) {
    return fmt::format("{}{} {}", head, announcement.port, announcement.encrypted ? "encrypted" : "plain");
}

std::optional<Announcement> parse_announcement(std::string_view datagram) {
    if (!datagram.starts_with(head)) return std::nullopt;
    datagram.remove_prefix(head.size());
    Announcement made;
    const auto last = datagram.data() + datagram.size();
    const auto [end, error] = std::from_chars(datagram.data(), last, made.port);
    if (error != std::errc() || made.port == 0) return std::nullopt;
    const std::string_view rest(end, static_cast<std::size_t>(last - end));
    if (rest != " plain" && rest != " encrypted") return std::nullopt;
    made.encrypted = rest == " encrypted";
    return made;
}

Result<std::unique_ptr<Announcer>> Announcer::start(Loop& loop, const std::string& host, Announcement announcement) {
    std::unique_ptr<Announcer> announcer(new Announcer(loop));
    std::optional<Error> why;
    for (const auto* group : announcement_groups) {
        const auto to = group_address(group);
        if (!is_reached(host, to)) continue;
        if (auto socket = datagram_socket(to))
            announcer->sockets_.emplace_back(std::move(*socket), to);
        else
            why = std::move(socket).error();
    }
    if (why && announcer->sockets_.empty()) return fail(std::move(*why));
    const auto send = [one = announcer.get(), text = announcement_text(announcement)] {
        for (const auto& [socket, to] : one->sockets_)
            (void)::sendto(socket.get(), text.data(), text.size(), 0, to.base(), to.size);
    };
    send();
    announcer->timer_.repeat(announcement_period, send);
    return announcer;
}

Result<std::unique_ptr<AnnouncementEar>>
AnnouncementEar::open(Loop& loop, std::function<void(const type::HostPort& directory, bool encrypted)> heard) {
    std::unique_ptr<AnnouncementEar> made(new AnnouncementEar);
    int error = 0;
    for (const auto* group : announcement_groups) {
        const auto own = group_address(group);
        auto socket = datagram_socket(own);
        if (!socket || !hear(socket->get(), own)) {
            error = errno;
            continue;
        }
        const int fd = socket->get();
        auto& ear = made->ears_.emplace_back(new Ear{std::move(*socket), Poll(loop, fd)});
        ear->poll.start(Poll::readable, [made = made.get(), fd](int) { made->read(fd); });
    }
    if (made->ears_.empty()) return fail(system_error("cannot listen for announcements", error));
    made->heard_ = std::move(heard);
    return made;
}

void AnnouncementEar::read(int socket) {
    char bytes[64];
    net::SocketAddress from;
    for (int i = 0; i < 16; ++i) {
        from.size = sizeof from.storage;
        auto* base = reinterpret_cast<sockaddr*>(&from.storage);
        const auto got = ::recvfrom(socket, bytes, sizeof bytes, 0, base, &from.size);
        if (got < 0) return;
        if (const auto announcement = parse_announcement({bytes, static_cast<std::size_t>(got)}))
            heard_({net::host_number(from), announcement->port}, announcement->encrypted);
    }
}

} // namespace layer_cake::directory
