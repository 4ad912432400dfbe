#include <array>
#include <doctest/doctest.h>
#include <layer_cake/realm/relay_link.hpp>
#include <sys/socket.h>
#include <vector>

using namespace layer_cake;
using namespace layer_cake::realm;
using namespace std::chrono_literals;

namespace {

/// One end of a link, and the connection that the test has of it.
struct End {
    explicit End(Fd fd, Duration patience = 10s)
        : link(loop, std::move(fd), patience,
               {[this](std::span<char> message) { received.emplace_back(message.data(), message.size()); },
                [this] { lost = true; }, [this] { ++rooms; }}) {}

    std::vector<std::string> received;
    bool lost = false;
    int rooms = 0;
    Loop loop;
    RelayLink link;
};

std::array<Fd, 2> connected_pair() {
    std::array<int, 2> fds{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds.data()) == 0);
    return {Fd(fds[0]), Fd(fds[1])};
}

void put(const Fd& to, std::string_view text) {
    CHECK(::send(to.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
}

/// A head says that much.
std::string head(unsigned size) {
    return {static_cast<char>(size), static_cast<char>(size >> 8), static_cast<char>(size >> 16),
            static_cast<char>(size >> 24)};
}

} // namespace

TEST_CASE("link: messages come whole and in order, however they are cut on the way") {
    auto [near, far] = connected_pair();
    End end(std::move(near));
    const std::string long_one(100'000, 'x');
    const auto all = head(3) + "one" + head(0) + head(long_one.size()) + long_one + head(4) + "last";
    for (std::size_t at = 0; at < all.size(); at += 7'777) {
        put(far, all.substr(at, 7'777));
        end.loop.turn();
    }
    for (int i = 0; i < 100 && end.received.size() < 4; ++i)
        end.loop.turn();
    CHECK(end.received == std::vector<std::string>{"one", "", long_one, "last"});
    far.reset();
    end.loop.turn();
    CHECK(end.lost);
    CHECK(end.link.send("x").error().fault == Fault::disconnected);
}

TEST_CASE("link: what is too long ends it, the first message before the others") {
    for (const unsigned first : {4'097u, 4'096u}) {
        auto [near, far] = connected_pair();
        End end(std::move(near));
        put(far, head(first) + std::string(first, 'x') + head((192u << 10) + 1));
        end.loop.turn();
        CHECK(end.lost);
        CHECK(end.received.size() == (first == 4'096u ? 1 : 0));
    }
}

TEST_CASE("link: who connects and says nothing is left") {
    auto [near, far] = connected_pair();
    End end(std::move(near), 5ms);
    while (!end.lost)
        end.loop.wait();
    CHECK(end.received.empty());
}

TEST_CASE(
    "link: no more waits than there is room for, and it is told when there is room; what waits is sent at the end") {
    auto [near, far] = connected_pair();
    End from(std::move(near)), to(std::move(far));
    const std::string message(100'000, 'x');
    CHECK(from.link.send("the first, which is short"));
    std::size_t sent = 1;
    while (from.link.send(message))
        ++sent;
    CHECK(sent >= 10);
    CHECK(sent < 40);
    while (from.rooms == 0) {
        from.loop.turn();
        to.loop.turn();
    }
    CHECK(from.link.send("the end"));
    bool gone = false;
    from.link.leave(10s, [&] { gone = true; });
    CHECK(!from.link.send("too late"));
    while (!to.lost) {
        from.loop.turn();
        to.loop.turn();
    }
    CHECK(to.received.size() == sent + 1);
    CHECK(to.received.back() == "the end");
    while (!gone) // the other side has gone, too
        from.loop.turn();
}
