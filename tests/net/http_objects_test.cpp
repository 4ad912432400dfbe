#include "sockets.hpp"
#include <doctest/doctest.h>
#include <layer_cake/layer_cake.hpp>
#include <layer_cake/object/shard.hpp>

namespace lc = layer_cake;
using namespace layer_cake;
using namespace layer_cake::net;
using namespace std::chrono_literals;

namespace web {

struct Xy {
    int x = 1;
    std::int64_t y = 1;
};
LAYER_CAKE_MESSAGE(Xy, x, y)

struct Later {
    std::string name;
};
LAYER_CAKE_MESSAGE(Later, name)

struct Refuse {
    std::string how;
};
LAYER_CAKE_MESSAGE(Refuse, how)

struct GetThing {
    std::int64_t id = 0;
    std::string colour = "red";
    std::optional<double> size;
};
LAYER_CAKE_MESSAGE(GetThing, id, colour, size)

} // namespace web

namespace {

using web::GetThing;
using web::Later;
using web::Refuse;
using web::Xy;

/// An object that listens, on the test's own thread.
struct Web {
    Runtime runtime{[] {
        Runtime::Options options;
        options.threads = false;
        return options;
    }()};
    Endpoint endpoint;
    std::map<std::string, lc::Address> kept;
    std::optional<HttpListening> listening;
    std::size_t stops = 0;

    explicit Web(HttpService service = lc::http<Xy, Later, Refuse>.with(lc::route<GetThing>("GET", "/things/{id}"),
                                                                        lc::route<Xy>("PUT", "/things/{x}/of/{y}")),
                 HttpOptions options = {}) {
        runtime.start([this, service, options](lc::Self& self) -> lc::Any { return serve(self, service, options); });
        runtime.settle();
        REQUIRE(listening);
        REQUIRE(*listening);
        endpoint.port = static_cast<std::uint16_t>(*(*listening)->listening_ipp.port);
    }
    ~Web() {
        if (auto root = runtime.alive(); !root.empty()) stop();
    }

    lc::Any serve(lc::Self& self, const HttpService& service, const HttpOptions& options) {
        listening.emplace(lc::listen(self, lc::HostPort{"127.0.0.1", 0}, service, options));
        if (!*listening) return listening->fault();
        for (;;) {
            auto m = self.input();
            if (m.is<lc::Stop>()) return lc::Aborted{};
            if (const auto* xy = m.get<Xy>()) {
                self.reply(Xy{xy->x + 1, xy->y + 1});
            } else if (const auto* later = m.get<Later>()) {
                if (later->name == "end") return lc::Aborted{};
                kept[later->name] = self.return_address();
            } else if (const auto* refuse = m.get<Refuse>()) {
                refusal(self, refuse->how);
            } else if (const auto* thing = m.get<GetThing>()) {
                self.reply(std::to_string(thing->id) + thing->colour + std::to_string(thing->size.value_or(-1)));
            } else if (auto* request = m.get<lc::HttpRequest>()) {
                self.reply(lc::http_response(202, "text/plain",
                                             request->method + request->request_uri + request->header["X-Two"] +
                                                 std::string(lc::body_text(request->body))));
            }
        }
    }
    static void refusal(lc::Self& self, const std::string& how) {
        if (how == "busy") self.reply(lc::Busy{});
        if (how == "late") self.reply(lc::TimedOut{});
        if (how == "teapot") self.reply(lc::Faulted{"short and stout", "", 418, {}});
        if (how == "errno") self.reply(lc::Faulted{"no", "", 111, {}});
        if (how == "large") self.reply(lc::http_response(200, "text/plain", std::string(32 << 20, 'x')));
        if (how == "twice") {
            self.reply(Xy{1, 1});
            self.reply(Xy{2, 2});
        }
    }
    void stop() {
        runtime.send(lc::Stop{}, root());
        runtime.settle();
    }
    lc::Address root() {
        for (const auto& object : runtime.alive())
            if (object.name == "function") return object.object;
        return {};
    }
    void turn() {
        runtime.settle();
        ::poll(nullptr, 0, 1);
    }
    Loop& loop() { return runtime.main_shard().loop(); }
};

/// A client of a Web.
struct Client {
    Web& web;
    Fd fd;
    std::string got;
    bool closed = false;

    explicit Client(Web& web) : web(web) {
        const auto addresses = known_addresses("127.0.0.1", web.endpoint.port);
        fd = start_connect(addresses[0].base(), addresses[0].size).fd;
    }
    Client& send(std::string_view bytes) {
        until([&] {
            const auto sent = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
            return bytes.empty() || (sent < 0 && errno != EAGAIN && errno != ENOTCONN);
        });
        return *this;
    }
    bool until(const std::function<bool()>& done) {
        const auto limit = std::chrono::steady_clock::now() + 5s;
        while (!done()) {
            if (std::chrono::steady_clock::now() > limit) return false;
            web.turn();
        }
        return true;
    }
    bool receive() {
        char buffer[64 << 10];
        const auto size = ::recv(fd.get(), buffer, sizeof buffer, MSG_DONTWAIT);
        if (size > 0) got.append(buffer, static_cast<std::size_t>(size));
        if (size == 0 || (size < 0 && errno == ECONNRESET)) closed = true;
        return closed;
    }
    /// The next whole answer: status line and body.
    std::string answer() {
        std::string text;
        until([&] {
            receive();
            const auto head = got.find("\r\n\r\n");
            if (head == std::string::npos) return closed;
            const auto length = got.find("Content-Length: ");
            const std::size_t size = length < head ? std::strtoul(got.c_str() + length + 16, nullptr, 10) : 0;
            if (got.size() < head + 4 + size) return closed;
            text = got.substr(9, got.find("\r\n") - 9) + '\n' + got.substr(head + 4, size);
            head_text = got.substr(0, head + 4);
            got.erase(0, head + 4 + size);
            return true;
        });
        return text;
    }
    std::string ask(std::string_view line, std::string_view headers = "", std::string_view body = "") {
        std::string text(line);
        text.append(" HTTP/1.1\r\nHost: localhost\r\n").append(headers);
        if (!body.empty()) text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
        text.append("\r\n").append(body);
        send(text);
        return answer();
    }
    bool is_closed() {
        return until([&] { return receive(); });
    }
    std::string head_text;
};

constexpr std::string_view as_json = "Content-Type: application/json\r\n";
constexpr std::string_view as_form = "Content-Type: application/x-www-form-urlencoded\r\n";

} // namespace

TEST_CASE("a query, a JSON body, a message's own object and a form all become the message") {
    Web web;
    Client client(web);
    const std::string three = "200 OK\n{\"value\":[\"web.Xy\",{\"x\":3,\"y\":4},[]]}";
    CHECK(client.ask("GET /Xy?x=2&y=3") == three);
    CHECK(client.ask("GET /any/path/before/Xy?x=2&y=3") == three);
    CHECK(client.ask("POST /Xy?x=2&&y=3&") == three);
    CHECK(client.ask("POST /Xy", as_json, R"({"value":{"x":2,"y":3}})") == three);
    CHECK(client.ask("POST /Xy", as_json, R"( { "y": 3, "x": 2 } )") == three);
    CHECK(client.ask("POST /Xy", "content-type: Application/JSON; charset=utf-8\r\n", R"({"x":2,"y":3})") == three);
    CHECK(client.ask("POST /Xy", as_form, "x=2&y=3") == three);
    CHECK(client.ask("POST /Xy?x=9&y=3", as_form, "x=2") == three);
    CHECK(client.ask("GET /Xy") == "200 OK\n{\"value\":[\"web.Xy\",{\"x\":2,\"y\":2},[]]}");
    CHECK(client.head_text.find("Content-Type: application/json\r\n") != std::string::npos);
}

TEST_CASE("answers are plain where the request or the listener asks for that") {
    {
        Web web;
        CHECK(Client(web).ask("GET /Xy?x=2", "Accept: application/json;form=plain\r\n") == "200 OK\n{\"x\":3,\"y\":2}");
    }
    HttpOptions options;
    options.form = HttpForm::plain;
    Web web(lc::http<Xy>, options);
    CHECK(Client(web).ask("GET /Xy?x=2") == "200 OK\n{\"x\":3,\"y\":2}");
    CHECK(Client(web).ask("GET /Xy?x=2", "Accept: application/json;form=typed\r\n") ==
          "200 OK\n{\"value\":[\"web.Xy\",{\"x\":3,\"y\":2},[]]}");
    CHECK(Client(web).ask("GET /none") ==
          "404 Not Found\n{\"condition\":\"cannot recover request \\\"/none\\\"\",\"explanation\":\"nothing of that "
          "name\",\"error_code\":404,\"exit_status\":null}");
}

TEST_CASE("what is wrong with a request is said as JSON, naming the field") {
    Web web;
    Client client(web);
    const auto says = [&](std::string_view status, std::string_view words, std::string_view line,
                          std::string_view headers = "", std::string_view body = "") {
        const auto got = client.ask(line, headers, body);
        CAPTURE(got);
        CHECK(got.starts_with(status));
        CHECK(got.find("layer_cake.point_runtime.Faulted") != std::string::npos);
        CHECK(got.find(words) != std::string::npos);
    };
    says("400", R"(no conversion for \"x\" (expected integer4, found abc))", "GET /Xy?x=abc");
    says("400", R"(no conversion for \"x\")", "GET /Xy?x=99999999999");
    says("400", R"(unknown field \"z\" in \"Xy\")", "GET /Xy?z=1");
    says("400", R"(field \"x\" has no value)", "GET /Xy?x");
    says("400", "per cent sign", "GET /Xy?x=%4");
    says("400", "per cent sign", "GET /Xy?%zz=1");
    says("400", "zero byte", "GET /things/%00");
    says("400", "not UTF-8", "GET /Later?name=%c0%ae");
    says("400", R"(no conversion for \"y\")", "POST /Xy", as_json, R"({"value":{"y":"a"}})");
    says("400", R"(no conversion for \"y\")", "POST /Xy", as_json, R"({"y":[]})");
    says("400", "message", "POST /Xy", as_json, R"(["web.Xy",{},[]])");
    says("415", "unexpected content type", "POST /Xy", "Content-Type: text/xml\r\n", "<x/>");
    says("415", "unexpected content type", "POST /Xy", "", "x=1");
    says("404", "nothing of that name", "GET /xy");
    says("404", "nothing of that name", "GET /Xy/");
    says("404", "nothing of that name", "GET /Xy/../..");
    says("405", "unexpected HTTP method", "DELETE /Xy");
    CHECK(client.head_text.find("Allow: GET, HEAD, POST\r\n") != std::string::npos);
    says("405", "unexpected HTTP method", "OPTIONS /Xy");
}

TEST_CASE("routes fill members from the path, the query and the body") {
    Web web;
    Client client(web);
    CHECK(client.ask("GET /things/7") == "200 OK\n{\"value\":[\"unicode\",\"7red-1.000000\",[]]}");
    CHECK(client.ask("GET /things/7?colour=b%6cue&size=2") == "200 OK\n{\"value\":[\"unicode\",\"7blue2.000000\",[]]}");
    CHECK(client.ask("PUT /things/3/of/4") == "200 OK\n{\"value\":[\"web.Xy\",{\"x\":4,\"y\":5},[]]}");
    CHECK(client.ask("GET /things/a").find(R"(no conversion for \"id\")") != std::string::npos);
    CHECK(client.ask("GET /things/").starts_with("404"));
    CHECK(client.ask("GET /things/1/2").starts_with("404"));
    CHECK(client.ask("DELETE /things/7").starts_with("405"));
    CHECK(client.head_text.find("Allow: GET\r\n") != std::string::npos);
}

TEST_CASE("what an object says decides the status") {
    Web web;
    Client client(web);
    CHECK(client.ask("GET /Refuse?how=busy").starts_with("503 Service Unavailable"));
    CHECK(client.head_text.find("Retry-After: 1\r\n") != std::string::npos);
    CHECK(client.ask("GET /Refuse?how=late").starts_with("504"));
    CHECK(client.ask("GET /Refuse?how=teapot").starts_with("418"));
    CHECK(client.ask("GET /Refuse?how=errno").starts_with("500"));
    CHECK(client.ask("GET /Refuse?how=twice") == "200 OK\n{\"value\":[\"web.Xy\",{\"x\":1,\"y\":1},[]]}");
    CHECK(client.ask("GET /Xy?x=1").starts_with("200"));
}

TEST_CASE("HEAD is answered as GET is, without the body") {
    Web web;
    Client client(web);
    client.send("HEAD /Xy HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.until([&] { return client.receive() || client.got.find("\r\n\r\n") != std::string::npos; });
    CHECK(client.got.find("Content-Length: 37\r\n") != std::string::npos);
    CHECK(client.got.ends_with("\r\n\r\n"));
}

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
