#include "sockets.hpp"
#include <doctest/doctest.h>
#include <map>
#include <memory>
#include <vector>

using namespace layer_cake;
using namespace layer_cake::net;
using namespace std::chrono_literals;

namespace {

const std::string get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::string get_of(const std::string& path, const std::string& headers = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

/// A server in a folder of its own. Answers its path, except where a test keeps the answer.
struct Fixture {
    TempFolder folder;
    Loop loop;
    Endpoint endpoint{(folder.path / "s").string()};
    std::map<std::string, std::shared_ptr<HttpAnswer>> kept;
    std::vector<HttpRequest> requests;
    std::unique_ptr<HttpServer> server;

    explicit Fixture(HttpServer::Limits limits = {}, bool tcp = false) {
        if (tcp) endpoint = {};
        auto made =
            HttpServer::listen(loop, endpoint, limits, [this](HttpRequest request, std::shared_ptr<HttpAnswer> answer) {
                requests.push_back(request);
                const auto path = request.path();
                if (path.rfind("/keep", 0) == 0)
                    kept[path] = std::move(answer);
                else if (path == "/destroy")
                    server.reset();
                else if (path != "/drop")
                    answer->send({200, {}, path + request.body});
            });
        REQUIRE(made);
        server = std::move(*made);
        endpoint.port = server->port();
    }

    std::string talk(const std::string& bytes) {
        RawClient client(loop, endpoint);
        client.send(bytes);
        auto answer = client.until_closed();
        CHECK(client.closed);
        CHECK_FALSE(client.reset);
        return answer;
    }
};

} // namespace

TEST_CASE("a connection is kept alive until it is told to close") {
    Fixture it;
    const auto got = it.talk(get + get + get_of("/last", "Connection: close\r\n") + get);
    CHECK(count(got, "HTTP/1.1 200 OK\r\n") == 3);
    CHECK(count(got, "Connection: close\r\n") == 1);
    CHECK(count(got, "Date: ") == 3);
    CHECK(got.substr(got.size() - 5) == "/last");
    CHECK(it.requests.size() == 3);
}

TEST_CASE("pipelined requests are answered in their order, whatever the order of the answers") {
    Fixture it;
    RawClient client(it.loop, it.endpoint);
    client.send(get_of("/keep1") + get_of("/keep2") + get_of("/three") + get_of("/keep4", "Connection: close\r\n"));
    REQUIRE(turn_until(it.loop, [&] { return it.kept.size() == 3; }));
    it.kept["/keep4"]->send({200, {}, "four"});
    it.kept["/keep2"]->begin(200, {});
    it.kept["/keep2"]->write("tw");
    it.kept["/keep1"]->send({200, {}, "one"});
    it.kept["/keep2"]->write("o");
    it.kept["/keep2"]->end();
    const auto got = client.until_closed();
    const auto one = got.find("one"), two = got.find("2\r\ntw\r\n1\r\no\r\n0\r\n\r\n"), three = got.find("/three"),
               four = got.find("four");
    CHECK(four != std::string::npos);
    CHECK(one < two);
    CHECK(two < three);
    CHECK(three < four);
}

TEST_CASE("a hundred pipelined requests are all answered although only some are owed at a time") {
    Fixture it;
    RawClient client(it.loop, it.endpoint);
    std::string all = get_of("/keep");
    for (int i = 0; i < 100; ++i)
        all += get;
    client.send(all + get_of("/last", "Connection: close\r\n"));
    REQUIRE(turn_until(it.loop, [&] { return it.requests.size() >= 32; }));
    it.loop.turn();
    CHECK(it.requests.size() == 32);
    it.kept.begin()->second->send({200, {}, "kept"});
    CHECK(count(client.until_closed(), "HTTP/1.1 200 OK") == 102);
}

TEST_CASE("a bad request is answered and the connection closed, without a reset and without another request") {
    Fixture it;
    const auto got = it.talk(get + "GET / HTTP/1.1\nHost: x\n\n" + get + std::string(100'000, 'x'));
    CHECK(count(got, "HTTP/1.1 200") == 1);
    CHECK(count(got, "HTTP/1.1 400 Bad Request") == 1);
    CHECK(it.requests.size() == 1);
}

TEST_CASE("bodies too large are refused before they are read") {
    Fixture it({.body_bytes = 10});
    const auto got = it.talk("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
    CHECK(got.find("HTTP/1.1 413 ") == 0);
}

TEST_CASE("a client that expects 100 gets it in its turn, and its body is read") {
    Fixture it;
    RawClient client(it.loop, it.endpoint);
    client.send(
        get + "POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
    const auto before = client.until("100 Continue\r\n\r\n");
    CHECK(before.find("200 OK") < before.find("100 Continue"));
    client.send("hi");
    CHECK(client.until_closed().find("/xhi") != std::string::npos);
}

TEST_CASE("HEAD is answered with the length and without the body, whole or streamed") {
    Fixture it;
    RawClient client(it.loop, it.endpoint);
    client.send("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\nHEAD /keep HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    REQUIRE(turn_until(it.loop, [&] { return !it.kept.empty(); }));
    it.kept["/keep"]->begin(200, {});
    it.kept["/keep"]->write("no body");
    it.kept["/keep"]->end();
    const auto got = client.until_closed();
    CHECK(got.find("Content-Length: 4\r\n\r\nHTTP/1.1 200 OK") != std::string::npos);
    CHECK(got.substr(got.size() - 4) == "\r\n\r\n");
    CHECK(got.find("body") == std::string::npos);
}

TEST_CASE("an HTTP/1.0 client gets a stream that ends with the connection, and no chunks") {
    Fixture it;
    RawClient client(it.loop, it.endpoint);
    client.send("GET /keep HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    REQUIRE(turn_until(it.loop, [&] { return !it.kept.empty(); }));
    it.kept["/keep"]->begin(200, {});
    it.kept["/keep"]->write("abc");
    it.kept["/keep"]->write("def");
    it.kept["/keep"]->end();
    const auto got = client.until_closed();
    CHECK(got.find("chunked") == std::string::npos);
    CHECK(got.substr(got.size() - 10) == "\r\n\r\nabcdef");
}

TEST_CASE("an answer that is dropped is 500, a stream that is dropped is visibly cut") {
    Fixture it;
    RawClient client(it.loop, it.endpoint);
    client.send(get_of("/drop") + get_of("/keep"));
    REQUIRE(turn_until(it.loop, [&] { return !it.kept.empty(); }));
    it.kept["/keep"]->begin(200, {});
    it.kept["/keep"]->write("abc");
    it.kept.clear();
    const auto got = client.until_closed();
    CHECK(got.find("HTTP/1.1 500 ") == 0);
    CHECK(got.find("3\r\nabc\r\n") != std::string::npos);
    CHECK(got.find("0\r\n\r\n", got.find("abc")) == std::string::npos);
}

TEST_CASE("a handler learns that the client has gone, and may answer nevertheless") {
    Fixture it;
    RawClient client(it.loop, it.endpoint);
    client.send(get_of("/keep"));
    REQUIRE(turn_until(it.loop, [&] { return !it.kept.empty(); }));
    int told = 0;
    auto answer = it.kept["/keep"];
    answer->on_gone([&] { ++told; });
    CHECK_FALSE(answer->gone());
    client.close();
    CHECK(turn_until(it.loop, [&] { return told == 1; }));
    CHECK(answer->gone());
    answer->send({200, {}, "late"});
    it.kept.clear();
    answer.reset();
    it.loop.turn();
    CHECK(told == 1);
}

TEST_CASE("a client that has only finished sending is still answered") {
    Fixture it;
    RawClient client(it.loop, it.endpoint);
    client.send(get_of("/keep"));
    client.finish_sending();
    REQUIRE(turn_until(it.loop, [&] { return !it.kept.empty(); }));
    for (int i = 0; i < 20; ++i)
        it.loop.turn();
    it.kept["/keep"]->send({200, {}, "answer"});
    CHECK(client.until_closed().find("answer") != std::string::npos);
}

TEST_CASE("a stream to a slow reader is counted, and its writer called when all is sent") {
    Fixture it;
    RawClient client(it.loop, it.endpoint);
    client.send(get_of("/keep"));
    REQUIRE(turn_until(it.loop, [&] { return !it.kept.empty(); }));
    auto& answer = *it.kept["/keep"];
    int drained = 0;
    answer.on_drained([&] { ++drained; });
    answer.begin(200, {});
    const std::string part(64 << 10, 'x');
    std::size_t written = 0;
    while (answer.unsent() < (1u << 20)) {
        answer.write(part);
        written += part.size();
    }
    CHECK(drained == 0);
    REQUIRE(turn_until(it.loop, [&] {
        char buffer[1 << 16];
        while (::recv(client.fd(), buffer, sizeof buffer, MSG_DONTWAIT) > 0) {
        }
        return drained == 1;
    }));
    CHECK(answer.unsent() == 0);
    CHECK(written >= (1u << 20));
}

TEST_CASE("a handler may destroy the server from within its own call") {
    Fixture it;
    RawClient client(it.loop, it.endpoint);
    client.send(get_of("/keep") + get_of("/destroy") + get);
    client.until_closed();
    CHECK(client.closed);
    REQUIRE(it.kept["/keep"]);
    CHECK(it.kept["/keep"]->gone());
    it.kept["/keep"]->send({200, {}, "late"});
    CHECK(it.requests.size() == 2);
    CHECK_FALSE(std::filesystem::exists(it.endpoint.path));
}

TEST_CASE("a server that stops accepting answers what is under way and closes the rest") {
    Fixture it;
    RawClient idle(it.loop, it.endpoint), busy(it.loop, it.endpoint);
    idle.send(get);
    idle.until("\r\n\r\n/");
    busy.send(get_of("/keep"));
    REQUIRE(turn_until(it.loop, [&] { return !it.kept.empty(); }));
    it.server->stop_accepting();
    idle.until_closed();
    CHECK(idle.closed);
    CHECK_FALSE(std::filesystem::exists(it.endpoint.path));
    it.kept["/keep"]->send({200, {}, "answer"});
    CHECK(busy.until_closed().find("answer") != std::string::npos);
    CHECK(busy.closed);
}

TEST_CASE("slow heads end in 408, silent connections are closed") {
    Fixture it({.header_time = 50ms, .idle_time = 100ms});
    RawClient slow(it.loop, it.endpoint), silent(it.loop, it.endpoint), idle(it.loop, it.endpoint);
    slow.send("GET / HT");
    idle.send(get);
    CHECK(slow.until_closed().find("HTTP/1.1 408 ") == 0);
    CHECK(silent.until_closed().empty());
    CHECK(silent.closed);
    CHECK(idle.until_closed().find("HTTP/1.1 200 ") == 0);
    CHECK(idle.closed);
}

TEST_CASE("a server without connections keeps no timer") {
    Fixture it;
    it.talk(get_of("/", "Connection: close\r\n"));
    it.loop.turn();
    int timers = 0;
    ::uv_walk(
        it.loop.uv(),
        [](uv_handle_t* handle, void* count) {
            if (handle->type == UV_TIMER && uv_is_active(handle)) ++*static_cast<int*>(count);
        },
        &timers);
    CHECK(timers == 0);
}

TEST_CASE("one connection more than the limit is refused at once, the others go on") {
    Fixture it({.connections = 1});
    RawClient first(it.loop, it.endpoint);
    first.send(get);
    first.until("\r\n\r\n/");
    RawClient second(it.loop, it.endpoint);
    CHECK(second.until_closed().find("HTTP/1.1 503 ") == 0);
    first.send(get_of("/more", "Connection: close\r\n"));
    CHECK(first.until_closed().find("/more") != std::string::npos);
}

TEST_CASE("on TCP only requests that name this host are served") {
    Fixture it({}, true);
    REQUIRE(it.server->port() != 0);
    const auto with = [&](const std::string& line, const std::string& host) {
        return it.talk(line + host + "Connection: close\r\n\r\n").substr(9, 3);
    };
    CHECK(with("GET / HTTP/1.1\r\n", "Host: 127.0.0.1\r\n") == "200");
    CHECK(with("GET / HTTP/1.1\r\n", "Host: LocalHost:1234\r\n") == "200");
    CHECK(with("GET / HTTP/1.1\r\n", "Host: [::1]:80\r\n") == "200");
    CHECK(with("GET / HTTP/1.1\r\n", "Host: evil.example\r\n") == "421");
    CHECK(with("GET / HTTP/1.1\r\n", "Host: localhost.evil.example\r\n") == "421");
    CHECK(with("GET / HTTP/1.1\r\n", "Host: \r\n") == "421");
    CHECK(with("GET http://evil.example/ HTTP/1.1\r\n", "Host: localhost\r\n") == "421");
    CHECK(with("GET / HTTP/1.0\r\n", "") == "421");
}
