#include <array>
#include <deque>
#include <doctest/doctest.h>
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/core/random.hpp>
#include <layer_cake/realm/relay_session.hpp>
#include <sys/socket.h>

using namespace layer_cake;
using namespace layer_cake::realm;
using namespace std::chrono_literals;

namespace {

std::array<Fd, 2> connected_pair() {
    std::array<int, 2> fds{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds.data()) == 0);
    return {Fd(fds[0]), Fd(fds[1])};
}

/// Two ends of a session, each with a process that is the test, and what is on its way between them.
struct Pair {
    explicit Pair(bool sealed) : sealed(sealed) {
        auto [near, far] = connected_pair();
        opener_process = std::move(near);
        opener = make(to_accepter, sealed ? gateway.open_half() : type::Block{}, opener_over);
        opener->open(std::move(far), [&](std::uint64_t takes, const type::Block& key) {
            asked.takes = takes;
            asked.key = key;
            return codec::to_binary(asked).value();
        });
    }
    void accept() {
        auto [near, far] = connected_pair();
        accepter_process = std::move(near);
        REQUIRE(to_accepter.size() == 1);
        const auto open = parse_relay(to_accepter.front());
        REQUIRE((open && open->kind == RelayMessage::Kind::open));
        const auto read = codec::from_binary<RelayOpen>(open->body).value();
        to_accepter.pop_front();
        accepter = make(to_opener, sealed ? read.key : type::Block{}, accepter_over);
        accepter->accept(std::move(far), read, sealed ? &gateway : nullptr);
    }
    std::unique_ptr<RelaySession> make(std::deque<std::string>& way, type::Block key,
                                       std::optional<std::string>& over) {
        RelayPeer peer;
        peer.session = "0123456789abcdef0123456789abcdef";
        peer.key = std::move(key);
        peer.send = [this, &way](std::string& message) -> Result<void> {
            if (random.up_to(99) < busy) return fail(Fault::busy, "busy");
            way.emplace_back(message);
            return ok();
        };
        peer.over = [&over](const std::string& why) { over = why; };
        return std::make_unique<RelaySession>(loop, std::move(peer));
    }
    /// Lets everything happen that can.
    void run(int turns = 20) {
        for (int i = 0; i < turns; ++i) {
            loop.turn();
            for (auto* way : {&to_accepter, &to_opener}) {
                auto& end = way == &to_accepter ? accepter : opener;
                while (!way->empty() && end) {
                    auto message = std::move(way->front());
                    way->pop_front();
                    end->received(message);
                }
            }
        }
    }

    bool sealed;
    Loop loop;
    Random random{7};
    unsigned busy = 0; ///< of 100 messages are not taken at once
    RelayKeys gateway;
    RelayOpen asked;
    std::deque<std::string> to_accepter, to_opener;
    std::optional<std::string> opener_over, accepter_over;
    Fd opener_process, accepter_process;
    std::unique_ptr<RelaySession> opener, accepter;
};

bool put(const Fd& to, std::string_view text) {
    return ::send(to.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

/// What is there; nothing after the end.
std::optional<std::string> take(const Fd& from) {
    std::string text(256 << 10, '\0');
    const auto size = ::recv(from.get(), text.data(), text.size(), 0);
    if (size == 0) return std::nullopt;
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
}

} // namespace

TEST_CASE("relay: bytes cross in both directions, and so does the end of each") {
    for (const bool sealed : {false, true}) {
        CAPTURE(sealed);
        Pair pair(sealed);
        CHECK(put(pair.opener_process, "before it is open"));
        pair.accept();
        pair.run();
        CHECK(take(pair.accepter_process) == "before it is open");
        CHECK(put(pair.accepter_process, "answer"));
        pair.run();
        CHECK(take(pair.opener_process) == "answer");
        pair.opener_process.reset();
        pair.run();
        CHECK_FALSE(take(pair.accepter_process));
        CHECK_FALSE(pair.accepter_over);
        pair.accepter_process.reset();
        pair.run();
        CHECK(pair.opener_over == "");
        CHECK(pair.accepter_over == "");
    }
}

TEST_CASE("relay: no more is under way than a window, and all of it arrives, also when sending has to wait") {
    for (const unsigned busy : {0u, 30u}) {
        Pair pair(true);
        pair.busy = 0;
        pair.accept();
        pair.busy = busy;
        std::string sent, got;
        Random random(3);
        std::size_t most = 0;
        while (got.size() < 32u << 20) {
            std::string part(random.up_to(200'000) + 1, static_cast<char>('a' + random.up_to(25)));
            const auto size =
                sent.size() > (32u << 20) ? 0 : ::send(pair.opener_process.get(), part.data(), part.size(), 0);
            if (size > 0) sent.append(part, 0, static_cast<std::size_t>(size));
            pair.loop.turn();
            std::size_t under_way = 0;
            for (const auto& message : pair.to_accepter)
                under_way += message.size();
            most = std::max(most, under_way);
            if (random.up_to(3) == 0) pair.run(1);
            if (auto more = take(pair.accepter_process)) got += *more;
        }
        CHECK(most < RelaySession::window * 11 / 10);
        CHECK(sent.compare(0, got.size(), got) == 0);
    }
}

TEST_CASE("relay: a message that is lost ends the session, and nothing behind it is passed on") {
    Pair pair(false);
    pair.accept();
    pair.run();
    CHECK(put(pair.opener_process, "one"));
    pair.run();
    CHECK(put(pair.opener_process, "two"));
    pair.loop.turn();
    REQUIRE(pair.to_accepter.size() == 1);
    pair.to_accepter.clear();
    CHECK(put(pair.opener_process, "three"));
    pair.run();
    CHECK(pair.accepter_over == "a message was lost on the way");
    CHECK(pair.opener_over == "a message was lost on the way");
    CHECK(take(pair.accepter_process) == "one");
    CHECK_FALSE(take(pair.accepter_process));
}

TEST_CASE("relay: a message that comes twice counts once; one that is lost last shows by the next sign of life") {
    Pair pair(false);
    pair.accept();
    pair.run();
    CHECK(put(pair.opener_process, "one"));
    pair.loop.turn();
    pair.to_accepter.push_back(pair.to_accepter.front());
    pair.run();
    CHECK(take(pair.accepter_process) == "one");
    CHECK_FALSE(pair.accepter_over);
    CHECK(put(pair.opener_process, "two"));
    pair.loop.turn();
    pair.to_accepter.clear();
    pair.opener->tick(true);
    pair.opener->tick(true);
    pair.run();
    CHECK(pair.accepter_over);
}

TEST_CASE("relay: a far end that is silent is given up, but not while nobody can be heard") {
    Pair pair(false);
    pair.accept();
    pair.run();
    for (int i = 0; i < 20; ++i)
        pair.opener->tick(false);
    pair.loop.turn();
    CHECK_FALSE(pair.opener_over);
    for (int i = 0; i < 5; ++i)
        pair.opener->tick(true);
    pair.loop.turn();
    CHECK(pair.opener_over == "the far gateway is silent");
}

TEST_CASE("relay: what is sealed can be neither read nor changed nor said again") {
    Pair pair(true);
    pair.accept();
    pair.run();
    CHECK(put(pair.opener_process, "secret"));
    pair.loop.turn();
    REQUIRE(pair.to_accepter.size() == 1);
    auto message = pair.to_accepter.front();
    CHECK(message.find("secret") == std::string::npos);
    auto changed = message;
    changed.back() = static_cast<char>(changed.back() ^ 1);
    pair.to_accepter = {changed, message, message};
    pair.run();
    CHECK(take(pair.accepter_process) == "secret");
    // Said again to another session with the same gateway.
    Pair other(true);
    other.accept();
    other.run();
    other.accepter->received(message);
    other.loop.turn();
    CHECK(take(other.accepter_process) == "");
    CHECK_FALSE(other.accepter_over);
}

TEST_CASE("relay: who has not the announced gateway's key cannot answer for it") {
    Pair pair(true);
    const auto open = codec::from_binary<RelayOpen>(parse_relay(pair.to_accepter.front())->body).value();
    const RelayKeys other;
    RelayPeer peer;
    peer.session = "0123456789abcdef0123456789abcdef";
    peer.key = open.key;
    peer.send = [&](std::string& message) -> Result<void> {
        pair.opener->received(message);
        return ok();
    };
    RelaySession forger(pair.loop, std::move(peer));
    auto [near, far] = connected_pair();
    forger.accept(std::move(far), open, &other);
    pair.loop.turn();
    CHECK_FALSE(pair.opener_over); // and waits for the true one
    pair.accept();
    pair.run();
    CHECK(put(pair.opener_process, "x"));
    pair.run();
    CHECK(take(pair.accepter_process) == "x");
}

TEST_CASE("relay: a far end that breaks the rules is cut") {
    const auto text = [](RelayMessage::Kind kind, std::string_view body) {
        return relay_text(kind, 1) + std::string(body);
    };
    for (auto wrong : {std::string("x"), text(RelayMessage::Kind::open, ""), text(RelayMessage::Kind::opened, ""),
                       text(RelayMessage::Kind::data, std::string(RelaySession::window + 1, 'x'))}) {
        Pair pair(false);
        pair.accept();
        pair.run();
        pair.opener->received(wrong);
        pair.loop.turn();
        CHECK(pair.opener_over == "the far end breaks the rules");
    }
}
