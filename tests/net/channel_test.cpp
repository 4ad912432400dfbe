#include "sockets.hpp"
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <layer_cake/net/channel.hpp>
#include <netinet/in.h>
#include <optional>

using namespace layer_cake;
using namespace layer_cake::net;
using namespace std::chrono_literals;

namespace {

struct Ear final : HttpChannel::User {
    void answered(HttpChannel& channel, Result<void> result) override {
        last = std::move(result);
        status = channel.response().status;
        body = channel.response().body;
        ++heard;
        if (then) then(channel);
    }
    void came(HttpChannel& channel) override {
        if (const auto call = part) call(channel);
    }
    std::optional<Result<void>> last;
    int status = 0, heard = 0;
    std::string body;
    std::function<void(HttpChannel&)> then, part;
};

/// A listener that a script plays the server on.
struct Stage {
    Loop loop;
    Fd listener, client;
    ServerPlace place;
    Ear ear;
    std::optional<HttpChannel> channel;

    explicit Stage(HttpChannel::Rules rules = {}) {
        listener.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::listen(listener.get(), 8) == 0);
        ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
        place = *find_server({.path = {}, .host = "127.0.0.1", .port = ntohs(address.sin_port)});
        channel.emplace(loop, place, rules, ear);
    }
    void accept() {
        REQUIRE(turn_until(loop, [&] {
            client.reset(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
            return static_cast<bool>(client);
        }));
    }
    std::string heard(std::string_view mark) {
        std::string all;
        turn_until(loop, [&] {
            char buffer[4096];
            const auto size = ::recv(client.get(), buffer, sizeof buffer, 0);
            if (size > 0) all.append(buffer, static_cast<std::size_t>(size));
            return all.find(mark) != std::string::npos;
        });
        return all;
    }
    void say(std::string_view text) {
        CHECK(::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
    }
    bool answered(int times) {
        return turn_until(loop, [&] { return ear.heard == times; });
    }
    bool quiet() { // the listener has nobody waiting
        loop.turn();
        return ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC) < 0;
    }
};

constexpr const char* get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr const char* yes = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes";

} // namespace

TEST_CASE("a channel keeps its connection for one request after another") {
    Stage stage;
    stage.channel->ask(get, {});
    stage.accept();
    for (int turn = 1; turn <= 3; ++turn) {
        CHECK(stage.heard("\r\n\r\n") == get);
        stage.say(yes);
        REQUIRE(stage.answered(turn));
        CHECK(stage.ear.last->has_value());
        CHECK(stage.ear.body == "yes");
        stage.channel->ask(get, {});
    }
    CHECK(stage.quiet());
    CHECK(stage.channel->connections() == 1);
}

TEST_CASE("an answer split at every byte is the same answer") {
    Stage stage;
    stage.channel->ask(get, {});
    stage.accept();
    const std::string text =
        "HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    for (int turn = 1; turn <= 2; ++turn) {
        for (const char c : text) {
            stage.say({&c, 1});
            stage.loop.turn();
        }
        REQUIRE(stage.answered(turn));
        CHECK(stage.ear.status == 503);
        CHECK(stage.ear.body == "abcde");
        stage.channel->ask(get, {});
    }
    CHECK(stage.channel->connections() == 1);
}

TEST_CASE("an answer that ends the connection, or has bytes behind it, ends it") {
    for (const char* text : {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nyes",
                             "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nyes",
                             "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyesHTTP/1.1 200 OK\r\n"}) {
        Stage stage;
        stage.channel->ask(get, {});
        stage.accept();
        stage.say(text);
        REQUIRE(stage.answered(1));
        CHECK(stage.ear.body == "yes");
        stage.channel->ask(get, {});
        stage.accept(); // anew
        stage.say(yes);
        CHECK(stage.answered(2));
        CHECK(stage.channel->connections() == 2);
    }
}

TEST_CASE("a body that ends with the connection is whole") {
    Stage stage;
    stage.channel->ask(get, {});
    stage.accept();
    CHECK(stage.heard("\r\n\r\n") == get);
    stage.say("HTTP/1.1 200 OK\r\n\r\nall of it");
    stage.loop.turn();
    stage.client.reset();
    REQUIRE(stage.answered(1));
    CHECK(stage.ear.last->has_value());
    CHECK(stage.ear.body == "all of it");
}

TEST_CASE("a kept connection that the server lets go is made anew for what may be repeated, and else it is told") {
    for (const bool repeatable : {true, false}) {
        Stage stage;
        stage.channel->ask(get, {.repeatable = repeatable});
        stage.accept();
        CHECK(stage.heard("\r\n\r\n") == get); // or its end would be a reset
        stage.say(yes);
        REQUIRE(stage.answered(1));
        // Asked before the end of file is seen.
        stage.client.reset();
        stage.channel->ask(get, {.repeatable = repeatable});
        if (repeatable) {
            stage.accept();
            stage.say(yes);
        }
        REQUIRE(stage.answered(2));
        CHECK(stage.ear.last->has_value() == repeatable);
        if (!repeatable) CHECK(stage.ear.last->error().fault == Fault::disconnected);
    }
}

TEST_CASE("what a kept connection takes nothing of is sent on a new one, whatever it is") {
    Stage stage;
    stage.channel->ask(get, {});
    stage.accept();
    stage.say(yes);
    REQUIRE(stage.answered(1));
    stage.client.reset(); // with a request that nobody has read: a reset
    stage.channel->ask(get, {});
    stage.accept();
    stage.say(yes);
    REQUIRE(stage.answered(2));
    CHECK(stage.ear.last->has_value());
    CHECK(stage.channel->connections() == 2);
}

TEST_CASE("an idle connection that ends is no news") {
    Stage stage;
    stage.channel->ask(get, {});
    stage.accept();
    stage.say(yes);
    REQUIRE(stage.answered(1));
    stage.client.reset();
    for (int turn = 0; turn < 3; ++turn)
        stage.loop.turn();
    CHECK(stage.ear.heard == 1);
    stage.channel->ask(get, {});
    stage.accept();
    stage.say(yes);
    CHECK(stage.answered(2));
}

TEST_CASE("what is not HTTP, breaks off or is reset is told apart") {
    struct Case {
        const char* text;
        Fault fault;
    };
    for (const auto& one :
         {Case{"SSH-2.0-OpenSSH\r\n", Fault::invalid}, Case{"HTTP/1.1 2x0 OK\r\n\r\n", Fault::invalid},
          Case{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nyes", Fault::disconnected},
          Case{"", Fault::disconnected}}) {
        Stage stage;
        stage.channel->ask(get, {});
        stage.accept();
        if (*one.text) stage.say(one.text);
        stage.client.reset();
        REQUIRE(stage.answered(1));
        REQUIRE_FALSE(stage.ear.last->has_value());
        CHECK(stage.ear.last->error().fault == one.fault);
        CHECK_FALSE(stage.channel->asking());
    }
}

TEST_CASE("nobody listening is told later, not within the call, and closing forgets it") {
    Stage stage;
    stage.listener.reset();
    stage.channel->ask(get, {});
    CHECK(stage.ear.heard == 0);
    REQUIRE(stage.answered(1));
    CHECK(stage.ear.last->error().fault == Fault::not_running);
    stage.channel->ask(get, {});
    stage.channel->close();
    for (int turn = 0; turn < 5; ++turn)
        stage.loop.turn();
    CHECK(stage.ear.heard == 1);

    ServerPlace nowhere = *find_server({.path = "/tmp"});
    nowhere.endpoint.path = "/tmp/layer-cake-no-such-socket";
    auto absent = find_server({.path = "/tmp/layer-cake-no-such-socket"});
    REQUIRE(absent);
    HttpChannel local(stage.loop, *absent, {}, stage.ear);
    local.ask(get, {});
    CHECK(stage.ear.heard == 1);
    REQUIRE(stage.answered(2));
    CHECK(stage.ear.last->error().fault == Fault::not_running);
}

TEST_CASE("the user may destroy the channel when it is told") {
    Stage stage;
    stage.ear.then = [&](HttpChannel&) { stage.channel.reset(); };
    stage.channel->ask(get, {});
    stage.accept();
    stage.say(yes);
    CHECK(stage.answered(1));
    CHECK_FALSE(stage.channel);
}

TEST_CASE("only so much of a body is kept, and all of it is counted") {
    Stage stage({.body_bytes = 5});
    stage.channel->ask(get, {});
    stage.accept();
    stage.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
    stage.say("abc");
    stage.loop.turn();
    stage.say("defghi");
    REQUIRE(stage.answered(1));
    CHECK(stage.ear.body == "abcde");
    CHECK(stage.channel->body_size() == 9);
}

TEST_CASE("a large request goes out in parts, and HEAD has no body") {
    Stage stage;
    const std::string large = "POST / HTTP/1.1\r\nContent-Length: 8000000\r\n\r\n" + std::string(8'000'000, 'x');
    stage.channel->ask(large, {});
    stage.accept();
    std::size_t got = 0;
    REQUIRE(turn_until(stage.loop, [&] {
        char buffer[64 << 10];
        for (auto size = ::recv(stage.client.get(), buffer, sizeof buffer, 0); size > 0;
             size = ::recv(stage.client.get(), buffer, sizeof buffer, 0))
            got += static_cast<std::size_t>(size);
        return got == large.size();
    }));
    stage.say(yes);
    REQUIRE(stage.answered(1));
    stage.channel->ask("HEAD / HTTP/1.1\r\n\r\n", {.to_head = true});
    CHECK(stage.heard("\r\n\r\n") == "HEAD / HTTP/1.1\r\n\r\n");
    stage.say("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
    CHECK(stage.answered(2));
    CHECK(stage.channel->connections() == 1);
}

TEST_CASE("an answer is taken in parts by who wants that, no faster than it likes") {
    Stage stage;
    std::string taken;
    stage.ear.part = [&](HttpChannel& channel) {
        taken += std::exchange(channel.response().body, {});
        if (taken == "abc") channel.pause();
    };
    stage.channel->ask(get, {});
    stage.accept();
    stage.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    REQUIRE(turn_until(stage.loop, [&] { return taken == "abc"; }));
    stage.say("def");
    stage.loop.turn();
    CHECK(taken == "abc");
    stage.channel->resume();
    REQUIRE(turn_until(stage.loop, [&] { return taken == "abcdef"; }));
    stage.say("ghi");
    REQUIRE(stage.answered(1));
    CHECK(stage.ear.body == "ghi"); // with its end
    stage.channel->ask(get, {});
    stage.say(yes);
    CHECK(stage.answered(2));
    CHECK(stage.channel->connections() == 1);
}

TEST_CASE("who is told of a part may close the channel, ask again or destroy it") {
    Stage stage;
    stage.ear.part = [&](HttpChannel& channel) {
        stage.ear.part = {};
        channel.close();
        channel.ask(get, {});
    };
    stage.channel->ask(get, {});
    stage.accept();
    stage.say("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nn");
    stage.accept();
    stage.say(yes);
    REQUIRE(stage.answered(1));
    CHECK(stage.ear.body == "yes");
    stage.ear.part = [&](HttpChannel&) { stage.channel.reset(); };
    stage.channel->ask(get, {});
    stage.say("HTTP/1.1 200 OK\r\n");
    CHECK(turn_until(stage.loop, [&] { return !stage.channel; }));
    CHECK(stage.ear.heard == 1);
}
