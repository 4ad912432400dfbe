#include "sockets.hpp"
#include <doctest/doctest.h>
#include <layer_cake/net/http.hpp>
#include <layer_cake/net/response_parser.hpp>
#include <optional>
#include <thread>

using namespace layer_cake;
using namespace layer_cake::net;
using namespace std::chrono_literals;

namespace {

/// What one exchange told, and when it was over.
struct Told {
    int status = 0;
    Headers headers;
    std::string body;
    std::optional<Result<void>> result;

    HttpExchange::Events events() {
        return {.headed = [this](int code, const Headers& all) { status = code, headers = all; },
                .received = [this](std::string_view part) { body += part; },
                .done = [this](Result<void> over) { result = std::move(over); }};
    }
};

struct Fixture {
    TempFolder folder;
    Loop loop;
    Endpoint endpoint{(folder.path / "s").string()};
    std::vector<std::shared_ptr<HttpAnswer>> kept;
    std::unique_ptr<HttpServer> server;

    explicit Fixture(Endpoint at = {.path = "s"}) {
        if (at.path.empty()) endpoint = at;
        auto made =
            HttpServer::listen(loop, endpoint, {}, [this](HttpRequest request, std::shared_ptr<HttpAnswer> answer) {
                if (request.path() == "/keep") return kept.push_back(std::move(answer));
                answer->send({200,
                              {{"Content-Type", "text/plain"}},
                              request.method + " " + request.target + " " + request.body});
            });
        REQUIRE(made);
        server = std::move(*made);
        endpoint.port = server->port();
    }

    Told ask(HttpRequest request) {
        Told told;
        const auto exchange = HttpExchange::start(loop, endpoint, std::move(request), 5s, told.events());
        CHECK_FALSE(told.result);
        turn_until(loop, [&] { return told.result.has_value(); });
        return told;
    }
};

HttpRequest request_of(std::string method, std::string target, std::string body = "") {
    HttpRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = std::move(body);
    return request;
}

} // namespace

TEST_CASE("an exchange tells head, body and end") {
    Fixture it;
    const auto told = it.ask(request_of("POST", "/x?y", "hi"));
    REQUIRE(told.result);
    CHECK(told.result->has_value());
    CHECK(told.status == 200);
    CHECK(told.body == "POST /x?y hi");
}

TEST_CASE("a large body goes both ways") {
    Fixture it;
    const std::string body(1 << 20, 'x');
    const auto told = it.ask(request_of("POST", "/", body));
    REQUIRE(told.result);
    CHECK(told.result->has_value());
    CHECK(told.body.size() == body.size() + 7);
}

TEST_CASE("an exchange works over TCP, and by the name localhost") {
    Fixture it(Endpoint{});
    CHECK(it.ask(request_of("GET", "/a")).body == "GET /a ");
    it.endpoint.host = "localhost";
    CHECK(it.ask(request_of("GET", "/b")).body == "GET /b ");
}

TEST_CASE("a stream arrives as it is written") {
    Fixture it;
    Told told;
    const auto exchange =
        HttpExchange::start(it.loop, it.endpoint, request_of("GET", "/keep"), Duration::zero(), told.events());
    REQUIRE(turn_until(it.loop, [&] { return it.kept.size() == 1; }));
    it.kept[0]->begin(200, {});
    CHECK(turn_until(it.loop, [&] { return told.status == 200; }));
    it.kept[0]->write("one\n");
    CHECK(turn_until(it.loop, [&] { return told.body == "one\n"; }));
    it.kept[0]->write("two\n");
    it.kept[0]->end();
    CHECK(turn_until(it.loop, [&] { return told.result.has_value(); }));
    CHECK(told.body == "one\ntwo\n");
}

TEST_CASE("a stream that is cut, or a server that vanishes, is disconnected") {
    Fixture it;
    Told cut, lost;
    const auto first = HttpExchange::start(it.loop, it.endpoint, request_of("GET", "/keep"), 5s, cut.events());
    const auto second = HttpExchange::start(it.loop, it.endpoint, request_of("GET", "/keep"), 5s, lost.events());
    REQUIRE(turn_until(it.loop, [&] { return it.kept.size() == 2; }));
    it.kept[0]->begin(200, {});
    it.kept[0]->write("part");
    it.kept[0].reset();
    it.server.reset();
    REQUIRE(turn_until(it.loop, [&] { return cut.result && lost.result; }));
    CHECK(cut.result->error().fault == Fault::disconnected);
    CHECK(lost.result->error().fault == Fault::disconnected);
}

TEST_CASE("nobody at the socket, or no socket, is not running") {
    TempFolder folder;
    Loop loop;
    const auto fault_at = [&](const Endpoint& endpoint) {
        Told told;
        const auto exchange = HttpExchange::start(loop, endpoint, {}, 5s, told.events());
        REQUIRE(turn_until(loop, [&] { return told.result.has_value(); }));
        const auto blocking = http_request(endpoint, {}, 5s);
        REQUIRE_FALSE(blocking);
        CHECK(blocking.error() == told.result->error());
        return told.result->error();
    };
    const auto path = (folder.path / "s").string();
    CHECK(fault_at({path}) == Error{Fault::not_running, "nothing listens at \"" + path + "\""});
    CHECK(fault_at({(folder.path / std::string(150, 'x') / "s").string()}).fault == Fault::not_running);
    {
        auto listener = UnixListener::listen(path);
        REQUIRE(listener);
        std::filesystem::rename(path, path + "x"); // survives its listener
    }
    CHECK(fault_at({path + "x"}).fault == Fault::not_running);
    Endpoint tcp;
    {
        auto listener = HttpServer::listen(loop, tcp, {}, [](HttpRequest, std::shared_ptr<HttpAnswer>) {});
        REQUIRE(listener);
        tcp.port = (*listener)->port();
    }
    CHECK(fault_at(tcp).fault == Fault::not_running);
}

TEST_CASE("an answer that does not come in time is timed out, in both clients") {
    Fixture it;
    Told told;
    const auto exchange = HttpExchange::start(it.loop, it.endpoint, request_of("GET", "/keep"), 20ms, told.events());
    REQUIRE(turn_until(it.loop, [&] { return told.result.has_value(); }));
    CHECK(told.result->error().fault == Fault::timed_out);
    CHECK(http_request(it.endpoint, request_of("GET", "/keep"), 20ms).error().fault == Fault::timed_out);
}

TEST_CASE("an exchange may be destroyed by each of its events") {
    Fixture it;
    for (const int at : {0, 1, 2}) {
        std::unique_ptr<HttpExchange> exchange;
        bool destroyed = false;
        const auto drop = [&](int event) {
            if (event != at) return;
            exchange.reset();
            destroyed = true;
        };
        exchange = HttpExchange::start(it.loop, it.endpoint, request_of("GET", "/"), 5s,
                                       {.headed = [&](int, const Headers&) { drop(0); },
                                        .received = [&](std::string_view) { drop(1); },
                                        .done = [&](Result<void>) { drop(2); }});
        CHECK(turn_until(it.loop, [&] { return destroyed; }));
        it.loop.turn();
    }
}

TEST_CASE("an exchange destroyed before it began is silent") {
    Fixture it;
    Told told;
    HttpExchange::start(it.loop, it.endpoint, {}, 5s, told.events()).reset();
    it.loop.turn();
    it.loop.turn();
    CHECK_FALSE(told.result);
}

TEST_CASE("the blocking client gets the whole answer, HEAD and errors included") {
    Fixture it;
    Loop other;
    std::thread asking([&] {
        auto got = http_request(it.endpoint, request_of("POST", "/x", std::string(300'000, 'b')), 5s);
        CHECK(got.has_value());
        CHECK(got.value().body.size() == 300'008);
        CHECK(http_request(it.endpoint, request_of("HEAD", "/x"), 5s).value().body.empty());
        CHECK(http_request(it.endpoint, request_of("POST", "/x", std::string(2'000'000, 'b')), 5s).value().status ==
              413);
        CHECK(http_request(it.endpoint, request_of("GET", "no path"), 5s).value().status == 400);
        it.loop.post([&] { it.loop.stop(); });
    });
    it.loop.run();
    asking.join();
}

TEST_CASE("a response is the same however its bytes are cut") {
    const std::string texts[] = {
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nA: b\r\n\r\nabc",
        "HTTP/1.1 200\r\nA: b \r\nContent-Length: 3\r\n\r\nabc",
    };
    for (const auto& text : texts)
        for (std::size_t size = 1; size <= text.size(); ++size) {
            ResponseParser parser(false);
            for (std::size_t at = 0; at < text.size(); at += size)
                CHECK(parser.feed(std::string_view(text).substr(at, size)));
            CHECK(parser.finish());
            CHECK(parser.response().status == 200);
            CHECK(parser.response().headers.front() == std::pair<std::string, std::string>("A", "b"));
            CHECK(parser.response().body == "abc");
        }
}

TEST_CASE("what is no HTTP answer is invalid, half of one is disconnected") {
    ResponseParser ssh(false), half(false), none(false), endless(false);
    CHECK(ssh.feed("SSH-2.0-OpenSSH\r\n").error().fault == Fault::invalid);
    CHECK(half.feed("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"));
    CHECK(half.finish().error().fault == Fault::disconnected);
    CHECK(none.finish().error().fault == Fault::disconnected);
    CHECK(endless.feed("HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'a')).error().fault == Fault::invalid);
}
