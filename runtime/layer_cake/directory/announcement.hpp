#pragma once

#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/type/messages.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// How the directory of a LAN can say where it is, for networks in which it has no well-known address: a datagram to a
/// multicast group, every few seconds. Nothing of it happens unless both sides are told to.
namespace layer_cake::directory {

struct Announcement {
    std::uint16_t port = 0; ///< where the sender's host listens
    bool encrypted = false;
    friend bool operator==(const Announcement&, const Announcement&) = default;
};

/// `layer-cake lan 1 54195 plain`: the 1 is the version of the form.
std::string announcement_text(const Announcement& announcement);
/// Nothing for what is no announcement, or of another version.
std::optional<Announcement> parse_announcement(std::string_view datagram);

/// The groups, of IPv4 and of IPv6, and the port that announcements go to, and how often.
inline constexpr const char* announcement_groups[] = {"239.195.54.195", "ff05::195:54:195"};
inline constexpr std::uint16_t announcement_port = 54195;
inline constexpr Duration announcement_period = std::chrono::seconds(5);

/// Announces until it is destroyed. A network that is down for the moment, or has one kind of addresses only, is no
/// failure.
class Announcer {
public:
    /// @param host  at which it listens: to IPv4, to IPv6, or, as `::`, to both
    static Result<std::unique_ptr<Announcer>> start(Loop& loop, const std::string& host, Announcement announcement);

private:
    explicit Announcer(Loop& loop) : timer_(loop) {}

    std::vector<std::pair<Fd, net::SocketAddress>> sockets_;
    Timer timer_;
};

/// Hears announcements until it is destroyed: of either kind of addresses, or of the one that the host has.
class AnnouncementEar {
public:
    /// @param heard  gets the address of each directory as often as it is announced; on the loop's thread
    static Result<std::unique_ptr<AnnouncementEar>>
    open(Loop& loop, std::function<void(const type::HostPort& directory, bool encrypted)> heard);

private:
    struct Ear {
        Fd socket;
        Poll poll;
    };

    AnnouncementEar() = default;
    void read(int socket);

    std::vector<std::unique_ptr<Ear>> ears_;
    std::function<void(const type::HostPort&, bool)> heard_;
};

} // namespace layer_cake::directory
