#include "web.hpp"
#include <doctest/doctest.h>

using namespace web;

TEST_CASE("answers leave in the order of the requests, whatever the order of the replies") {
    Web web;
    Client client(web);
    const auto request = [](std::string name) { return "GET /" + name + " HTTP/1.1\r\nHost: localhost\r\n\r\n"; };
    client.send(request("Later?name=a") + request("Later?name=b") + request("Xy?x=5") + request("nothing"));
    REQUIRE(client.until([&] { return web.kept.size() == 2; }));
    web.runtime.send(Later{"second"}, web.kept["b"]);
    web.turn();
    web.runtime.send(Later{"first"}, web.kept["a"]);
    CHECK(client.answer().find("first") != std::string::npos);
    CHECK(client.answer().find("second") != std::string::npos);
    CHECK(client.answer().find("\"x\":6") != std::string::npos);
    CHECK(client.answer().starts_with("404"));
}

TEST_CASE("a reply to a client that has gone is dropped quietly") {
    Web web;
    {
        Client client(web);
        client.send("GET /Later?name=a HTTP/1.1\r\nHost: localhost\r\n\r\n");
        REQUIRE(client.until([&] { return web.kept.size() == 1; }));
        const linger now{1, 0};
        ::setsockopt(client.fd.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    Client(web).ask("GET /Xy");
    web.runtime.send(Later{"late"}, web.kept["a"]);
    web.turn();
    CHECK(web.runtime.counts().dead_letters == 0);
    CHECK(web.listening->figures().abandoned == 1);
    CHECK(Client(web).ask("GET /Xy").starts_with("200"));
}

TEST_CASE("requests have a deadline where the listener gives one") {
    HttpOptions options;
    options.request_time = 20ms;
    Web web(lc::http<Later>, options);
    Client client(web);
    CHECK(client.ask("GET /Later?name=a").starts_with("504 Gateway Timeout"));
    web.runtime.send(Later{"late"}, web.kept["a"]);
    web.turn();
    CHECK(client.ask("GET /none").starts_with("404"));
}

TEST_CASE("what no message is named for arrives as HttpRequest when that is among the types") {
    Web web(lc::http<Xy, lc::HttpRequest>);
    Client client(web);
    CHECK(client.ask("PUT /any/thing?q=1", "x-two: 2\r\nX-TWO: 3\r\n", "body") ==
          "202 Accepted\nPUT/any/thing?q=12, 3body");
    CHECK(client.ask("GET /Xy?x=a").starts_with("400"));
}

TEST_CASE("the listener ends with its object; answers in flight are sent") {
    Web web;
    Client client(web);
    Client idle(web);
    CHECK(idle.ask("GET /Xy").starts_with("200"));
    client.send("GET /Later?name=a HTTP/1.1\r\nHost: localhost\r\n\r\n");
    REQUIRE(client.until([&] { return web.kept.size() == 1; }));
    web.stop();
    CHECK(idle.is_closed());
    CHECK(client.answer().find("has ended") != std::string::npos);
    CHECK(client.is_closed());
    CHECK(web.runtime.wait().is<lc::Aborted>());
    CHECK(web.runtime.alive().empty());
}

TEST_CASE("a listener that is told to stop leaves its object running") {
    Web web;
    Client client(web);
    client.send("GET /Later?name=a HTTP/1.1\r\nHost: localhost\r\n\r\n");
    REQUIRE(client.until([&] { return web.kept.size() == 1; }));
    web.runtime.send(lc::Stop{}, (*web.listening)->controller_address);
    web.turn();
    web.runtime.send(Later{"done"}, web.kept["a"]);
    CHECK(client.answer().find("done") != std::string::npos);
    CHECK(client.is_closed());
    CHECK(web.runtime.alive().size() == 1);
}

TEST_CASE("a port that is taken is a fault with its reason") {
    Web web;
    const lc::HostPort taken{"127.0.0.1", web.endpoint.port};
    Runtime::Options options;
    options.threads = false;
    Runtime other(options);
    auto ended = other.run([&](lc::Self& self) -> lc::Any {
        auto http = lc::listen(self, taken, lc::http<Xy>);
        REQUIRE_FALSE(http);
        return http.fault();
    });
    const auto* fault = ended.get<lc::NotListening>();
    REQUIRE(fault);
    CHECK(fault->condition == "cannot listen at \"127.0.0.1:" + std::to_string(web.endpoint.port) + "\"");
    CHECK(fault->explanation == "address already in use");
}

TEST_CASE("a client that takes its answer too slowly is cut") {
    HttpOptions options;
    options.idle_time = 50ms;
    Web web(lc::http<Refuse>, options);
    Client slow(web);
    slow.send("GET /Refuse?how=large HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(slow.until([&] { return web.listening->figures().requests == 1; }));
    CHECK(slow.until([&] { return web.listening->figures().connections == 0; }));
    Client quick(web);
    quick.send("GET /Refuse?how=large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    CHECK(quick.is_closed());
    CHECK(quick.got.size() > 32 << 20);
}

TEST_CASE("a body that comes a byte at a time has its time as a whole") {
    HttpOptions options;
    options.header_time = 20ms;
    options.body_time = 60ms;
    Web web(lc::http<Xy>, options);
    Client client(web);
    client.send("POST /Xy HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
    CHECK(client.until([&] {
        ::send(client.fd.get(), "x", 1, MSG_NOSIGNAL);
        return client.receive() || !client.got.empty();
    }));
    CHECK(client.got.starts_with("HTTP/1.1 408 Request Timeout\r\n"));
}

TEST_CASE("listeners that share a port both get connections") {
    HttpOptions options;
    options.shared_port = true;
    Runtime::Options still;
    still.threads = false;
    Runtime runtime(still);
    runtime.run([&](lc::Self& self) {
        auto one = lc::listen(self, lc::HostPort{"127.0.0.1", 0}, lc::http<Xy>, options);
        REQUIRE(one);
        CHECK(lc::listen(self, one->listening_ipp, lc::http<Xy>, options));
        CHECK_FALSE(lc::listen(self, one->listening_ipp, lc::http<Xy>));
    });
}

TEST_CASE("however requests are cut, an object gives the same answers") {
    const std::string requests = "GET /Xy?x=2&y=3 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                 "POST /Xy HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                 "Content-Length: 13\r\n\r\n{\"x\":7,\"y\":8}"
                                 "POST /Xy HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                 "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"x\":\r\n5\r\n1234}\r\n0\r\n\r\n"
                                 "GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    Web web;
    const auto answers = [](Client& client) {
        std::string all;
        for (int i = 0; i < 4; ++i)
            all += client.answer() + '\n';
        return all;
    };
    Client whole(web);
    whole.send(requests);
    const auto expected = answers(whole);
    CHECK(expected.find("\"x\":1235") != std::string::npos);
    for (std::size_t cut = 1; cut < requests.size(); ++cut) {
        Client client(web);
        client.send(requests.substr(0, cut));
        web.turn();
        client.send(requests.substr(cut));
        REQUIRE(answers(client) == expected);
    }
}

TEST_CASE("a listener counts what it does") {
    Web web;
    Client client(web);
    client.ask("GET /Xy");
    client.ask("GET /none");
    client.ask("GET /Refuse?how=busy");
    const auto figures = web.listening->figures();
    CHECK(figures.requests == 3);
    CHECK(figures.by_class == std::vector<std::uint64_t>{0, 1, 0, 1, 1});
    CHECK(figures.connections == 1);
    CHECK(figures.received_bytes > 100);
    CHECK(figures.sent_bytes > 300);
}

TEST_CASE("a request for an object whose mailbox is full is refused unread") {
    Runtime::Options still;
    still.threads = false;
    Runtime runtime(still);
    std::optional<HttpListening> listening;
    runtime.start([&](lc::Self& self) -> lc::Any {
        self.create(lc::here().with_mailbox(2), [&](lc::Self& child) -> lc::Any {
            listening.emplace(lc::listen(child, lc::HostPort{"127.0.0.1", 0}, lc::http<Xy>));
            for (;;)
                if (auto m = child.input(); m.is<lc::Stop>())
                    return lc::Aborted{};
                else
                    child.reply(std::move(m));
        });
        return self.input();
    });
    runtime.settle();
    const auto port = static_cast<std::uint16_t>(*(*listening)->listening_ipp.port);
    const auto client = start_connect(known_addresses("127.0.0.1", port)[0].base(), sizeof(sockaddr_in)).fd;
    const std::string good = "GET /Xy?x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const std::string bad = "GET /Xy?x=a HTTP/1.1\r\nHost: localhost\r\n\r\n";
    pollfd connected{client.get(), POLLOUT, 0};
    REQUIRE(::poll(&connected, 1, 5000) == 1);
    const auto requests = good + good + good + bad; // one segment: all are read before the object has a turn
    REQUIRE(::send(client.get(), requests.data(), requests.size(), 0) == static_cast<ssize_t>(requests.size()));
    const auto limit = std::chrono::steady_clock::now() + 5s;
    while (listening->figures().requests < 4 && std::chrono::steady_clock::now() < limit) {
        runtime.settle();
        ::poll(nullptr, 0, 1);
    }
    runtime.settle();
    CHECK(listening->figures().by_class == std::vector<std::uint64_t>{0, 2, 0, 0, 2});
}
