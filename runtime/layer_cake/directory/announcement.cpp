#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <fmt/format.h>
#include <layer_cake/directory/announcement.hpp>
#include <netinet/in.h>
#include <sys/socket.h>

namespace layer_cake::directory {
namespace {

constexpr std::string_view head = "layer-cake lan 1 ";

sockaddr_in address_of(const char* host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, host, &address.sin_addr);
    return address;
}

Result<Fd> datagram_socket() {
    Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return fail(system_error("cannot make a socket", errno));
    return socket;
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

Result<std::unique_ptr<Announcer>> Announcer::start(Loop& loop, Announcement announcement) {
    auto socket = datagram_socket();
    if (!socket) return fail(std::move(socket).error());
    std::unique_ptr<Announcer> announcer(new Announcer(loop, std::move(*socket)));
    const auto send = [fd = announcer->socket_.get(), text = announcement_text(announcement)] {
        const auto to = address_of(announcement_group, announcement_port);
        (void)::sendto(fd, text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    };
    send();
    announcer->timer_.repeat(announcement_period, send);
    return announcer;
}

Result<std::unique_ptr<AnnouncementEar>>
AnnouncementEar::open(Loop& loop, std::function<void(const type::HostPort& directory, bool encrypted)> heard) {
    auto socket = datagram_socket();
    if (!socket) return fail(std::move(socket).error());
    const int on = 1;
    ::setsockopt(socket->get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto own = address_of(announcement_group, announcement_port);
    if (::bind(socket->get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0)
        return fail(system_error("cannot listen for announcements", errno));
    ip_mreq group{};
    group.imr_multiaddr = own.sin_addr;
    if (::setsockopt(socket->get(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group) != 0)
        return fail(system_error("cannot listen for announcements", errno));
    std::unique_ptr<AnnouncementEar> ear(new AnnouncementEar(loop, std::move(*socket)));
    ear->heard_ = std::move(heard);
    ear->poll_.start(Poll::readable, [one = ear.get()](int) { one->read(); });
    return ear;
}

void AnnouncementEar::read() {
    char bytes[64];
    sockaddr_in from{};
    for (int i = 0; i < 16; ++i) {
        socklen_t size = sizeof from;
        const auto got = ::recvfrom(socket_.get(), bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &size);
        if (got < 0) return;
        const auto announcement = parse_announcement({bytes, static_cast<std::size_t>(got)});
        if (!announcement) continue;
        char host[INET_ADDRSTRLEN] = "";
        ::inet_ntop(AF_INET, &from.sin_addr, host, sizeof host);
        heard_({host, announcement->port}, announcement->encrypted);
    }
}

} // namespace layer_cake::directory
