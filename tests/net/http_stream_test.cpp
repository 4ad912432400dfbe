#include "web.hpp"
#include <doctest/doctest.h>

using namespace web;

namespace {

/// A client whose request's address the object has kept.
struct Streamed {
    Web web;
    Client client{web};

    explicit Streamed(std::string_view request = "GET /Later?name=a HTTP/1.1\r\nHost: localhost\r\n\r\n",
                      HttpOptions options = {})
        : web(lc::http<Xy, Later>, options) {
        client.send(request);
        REQUIRE(client.until([&] { return web.kept.contains("a"); }));
    }
    template <class T>
    void say(T message) {
        web.runtime.send(std::move(message), web.kept["a"]);
        web.turn();
        client.receive();
    }
    std::string body() const { return client.got.substr(client.got.find("\r\n\r\n") + 4); }
};

lc::HttpPart part(std::string_view text) {
    return {lc::text_body(text)};
}

} // namespace

TEST_CASE("an answer in parts is sent as they come, and the connection is good for the next") {
    Streamed s;
    s.say(lc::HttpStream{201, {{"Content-Type", "text/event-stream"}}});
    CHECK(s.client.until([&] { return s.client.receive() || s.client.got.ends_with("\r\n\r\n"); }));
    CHECK(s.client.got.starts_with("HTTP/1.1 201 Created\r\n"));
    CHECK(s.client.got.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
    CHECK(s.client.got.find("Content-Type: text/event-stream\r\n") != std::string::npos);
    s.say(part("one"));
    CHECK(s.client.until([&] { return s.client.receive() || s.body() == "3\r\none\r\n"; }));
    s.say(part(""));
    s.say(part("two"));
    s.say(lc::HttpEnd{});
    CHECK(s.client.until([&] { return s.client.receive() || s.body() == "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"; }));
    s.say(part("late"));
    s.client.got.clear();
    CHECK(s.client.ask("GET /Xy").starts_with("200"));
    CHECK(s.web.listening->figures().by_class == std::vector<std::uint64_t>{0, 2, 0, 0, 0});
}

TEST_CASE("an HTTP/1.0 client gets the parts until the connection closes, HEAD gets none") {
    Streamed old("GET /Later?name=a HTTP/1.0\r\nHost: localhost\r\n\r\n");
    old.say(lc::HttpStream{});
    old.say(part("one"));
    old.say(lc::HttpEnd{});
    CHECK(old.client.is_closed());
    CHECK(old.body() == "one");
    Streamed head("HEAD /Later?name=a HTTP/1.1\r\nHost: localhost\r\n\r\n");
    head.say(lc::HttpStream{});
    head.say(part("one"));
    head.say(lc::HttpEnd{});
    CHECK(head.client.until([&] { return head.client.receive() || head.client.got.ends_with("\r\n\r\n"); }));
    CHECK(head.body().empty());
}

TEST_CASE("an answer that cannot go on is visibly cut") {
    Streamed s;
    s.say(lc::HttpStream{});
    s.say(part("one"));
    s.say(Xy{1, 1});
    CHECK(s.client.is_closed());
    CHECK(s.client.got.find("\r\n0\r\n") == std::string::npos);
    CHECK(s.web.listening->figures().abandoned == 1);
    Streamed endless;
    endless.say(lc::HttpStream{});
    const std::string large(64 << 10, 'x');
    for (int i = 0; i < 512 && endless.web.listening->figures().abandoned == 0; ++i)
        endless.web.runtime.send(part(large), endless.web.kept["a"]), endless.web.turn();
    CHECK(endless.web.listening->figures().abandoned == 1);
}

TEST_CASE("the deadline of a request is for its answer to begin") {
    HttpOptions options;
    options.request_time = 20ms;
    Streamed s("GET /Later?name=a HTTP/1.1\r\nHost: localhost\r\n\r\n", options);
    s.say(lc::HttpStream{});
    const auto end = std::chrono::steady_clock::now() + 40ms;
    CHECK(s.client.until([&] { return std::chrono::steady_clock::now() > end; }));
    s.say(part("one"));
    s.say(lc::HttpEnd{});
    CHECK(s.client.until([&] { return s.client.receive() || s.body() == "3\r\none\r\n0\r\n\r\n"; }));
}

TEST_CASE("parts that are asked go no faster than the client reads") {
    Web web(lc::http<Later>);
    Client client(web);
    client.send("GET /Later?name=paced HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    const auto end = std::chrono::steady_clock::now() + 100ms;
    CHECK(client.until([&] { return std::chrono::steady_clock::now() > end; }));
    CHECK(web.parts > 0);
    CHECK(web.parts < 256);
    CHECK(client.is_closed());
    CHECK(client.got.size() > 16 << 20);
    CHECK(client.got.ends_with("0\r\n\r\n"));

    Web left(lc::http<Later>);
    {
        Client gone(left);
        gone.send("GET /Later?name=paced HTTP/1.1\r\nHost: localhost\r\n\r\n");
        CHECK(gone.until([&] { return left.parts > 0; }));
    }
    Client other(left);
    CHECK(other.until([&] { return left.kept.contains("paced"); })); // it has learnt that nobody reads
    CHECK(left.parts < 256);
}
