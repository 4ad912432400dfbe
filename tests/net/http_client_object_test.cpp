#include <doctest/doctest.h>
#include <layer_cake/layer_cake.hpp>
#include <layer_cake/net/http_client_mapping.hpp>

namespace lc = layer_cake;
using namespace layer_cake;
using namespace std::chrono_literals;

namespace post {

struct Add {
    std::int64_t a = 0;
    std::string note;
    std::optional<double> scale;
    std::vector<int> list;
};
LAYER_CAKE_MESSAGE(Add, a, note, scale, list)

struct Slow {
    int number = 0;
};
LAYER_CAKE_MESSAGE(Slow, number)

} // namespace post

namespace {

using post::Add;
using post::Slow;

/// Listens, tells whoever it was made by where, and answers.
lc::Any server(lc::Self& self, lc::Address to) {
    auto http = lc::listen(self, lc::HostPort{"127.0.0.1", 0}, lc::http<Add, Slow, lc::HttpRequest>);
    if (!http) return http.fault();
    self.send(http->listening_ipp, to);
    std::vector<lc::Address> slow;
    for (;;) {
        auto m = self.input();
        if (m.is<lc::Stop>()) return lc::Aborted{};
        if (auto* add = m.get<Add>()) {
            if (add->a < 0)
                self.reply(lc::Busy{});
            else
                self.reply(Add{add->a + 1, add->note + "!", add->scale, add->list});
        } else if (m.is<Slow>()) {
            slow.push_back(self.return_address());
        } else if (auto* request = m.get<lc::HttpRequest>()) {
            if (request->request_uri == "/api/bye")
                self.reply([] {
                    auto bye = lc::http_response(200, "text/plain", "bye");
                    bye.header["Connection"] = "close";
                    return bye;
                }());
            else
                self.reply(lc::http_response(201, "text/plain", request->method + ' ' + request->request_uri));
        }
    }
}

/// Runs a function beside a server and gives it the address.
template <class Body>
void beside_server(Body body) {
    lc::Runtime runtime;
    runtime.run([&](lc::Self& self) {
        const auto child = self.create(server, self.address());
        auto where = self.select<lc::HostPort>();
        body(self, *where.get<lc::HostPort>());
        self.send(lc::Stop{}, child);
        self.select<lc::Returned>();
    });
}

} // namespace

TEST_CASE("a message to the proxy becomes a request, its answer comes back to the asker") {
    beside_server([](lc::Self& self, const lc::HostPort& where) {
        auto client = lc::connect(self, where, lc::http_client{.json = true});
        REQUIRE(client);
        for (int i = 0; i < 3; ++i) {
            auto sum = self.ask<Add>(Add{i, "so & so +%", 2, {1, 2}}, client->proxy_address, 5s);
            REQUIRE(sum);
            CHECK(sum->a == i + 1);
            CHECK(sum->note == "so & so +%!");
            CHECK(sum->scale == 2.0);
            CHECK(sum->list == std::vector<int>{1, 2});
        }
        CHECK(self.ask(Add{-1, "", {}, {}}, client->proxy_address, 5s).is<lc::Busy>());
    });
}

TEST_CASE("without JSON a message is sent as a form, and HttpResponse comes back") {
    beside_server([](lc::Self& self, const lc::HostPort& where) {
        auto client = lc::connect(self, where, lc::http_client{.prefix = "/api/"});
        REQUIRE(client);
        auto got = self.ask<lc::HttpResponse>(Add{7, "a b", {}, {3}}, client->proxy_address, 5s);
        REQUIRE(got);
        CHECK(got->status_code == 200);
        CHECK(got->header["Content-Type"] == "application/json");
        CHECK(lc::body_text(got->body) == R"({"value":["post.Add",{"a":8,"note":"a b!","scale":null,"list":[3]},[]]})");
        lc::HttpRequest request;
        request.method = "DELETE";
        request.request_uri = "/thing/1?x=2";
        auto other = self.ask<lc::HttpResponse>(std::move(request), client->proxy_address, 5s);
        REQUIRE(other);
        CHECK(other->status_code == 201);
        CHECK(lc::body_text(other->body) == "DELETE /api/thing/1?x=2");
    });
}

TEST_CASE("a client connects anew when the server has closed") {
    beside_server([](lc::Self& self, const lc::HostPort& where) {
        auto client = lc::connect(self, where, lc::http_client{.prefix = "/api"});
        REQUIRE(client);
        for (int i = 0; i < 3; ++i) {
            lc::HttpRequest request;
            request.method = "GET";
            request.request_uri = "/bye";
            auto got = self.ask<lc::HttpResponse>(std::move(request), client->proxy_address, 5s);
            REQUIRE(got);
            CHECK(lc::body_text(got->body) == "bye");
        }
    });
}

TEST_CASE("an answer that does not come in time is TimedOut; a full queue is Overloaded; the others wait their turn") {
    beside_server([](lc::Self& self, const lc::HostPort& where) {
        auto client = lc::connect(self, where, lc::http_client{.json = true, .timeout = 50ms, .queue = 1});
        REQUIRE(client);
        self.send(Slow{1}, client->proxy_address);
        self.send(Add{1, "", {}, {}}, client->proxy_address);
        self.send(Add{2, "", {}, {}}, client->proxy_address);
        CHECK(self.input().is<lc::Overloaded>());
        CHECK(self.input().is<lc::TimedOut>());
        CHECK(self.input().is<lc::TimedOut>());
        CHECK(self.ask<Add>(Add{3, "", {}, {}}, client->proxy_address, 5s));
    });
}

TEST_CASE("Close ends the client after what it owes, and Closed says so") {
    beside_server([](lc::Self& self, const lc::HostPort& where) {
        auto client = lc::connect(self, where, lc::http_client{.json = true});
        REQUIRE(client);
        self.send(Add{1, "", {}, {}}, client->proxy_address);
        lc::Close close;
        close.note = "enough";
        self.send(std::move(close), client->proxy_address);
        CHECK(self.input().is<Add>());
        auto closed = self.input();
        REQUIRE(closed.is<lc::Closed>());
        CHECK(closed.get<lc::Closed>()->note == "enough");
        CHECK(self.working() == 1);
    });
}

TEST_CASE("where nothing listens the client is not connected") {
    lc::Runtime runtime;
    runtime.run([](lc::Self& self) {
        auto http = lc::listen(self, lc::HostPort{"127.0.0.1", 0}, lc::http<Add>);
        REQUIRE(http);
        const auto port = http->listening_ipp;
        self.send(lc::Stop{}, http->controller_address);
        while (self.ask(lc::Enquiry{}, http->controller_address, 5s).is<lc::HttpFigures>()) {
        }
        auto client = lc::connect(self, port, lc::http_client{});
        REQUIRE_FALSE(client);
        CHECK(client.bad().explanation.find("nothing listens") == 0);
        CHECK(self.working() == 0);
    });
}

TEST_CASE("a machine hears of its connection by message") {
    struct Caller {
        using accepts = lc::accepts<lc::HostPort, lc::Connected, lc::NotConnected, Add>;
        void on(lc::Object& self, const lc::HostPort& where) {
            lc::connect(self, where, lc::http_client{.json = true});
        }
        void on(lc::Object& self, const lc::Connected& connected) {
            self.send(Add{5, "", {}, {}}, connected.proxy_address);
        }
        void on(lc::Object& self, const lc::NotConnected& refused) { self.complete(lc::NotConnected(refused)); }
        void on(lc::Object& self, const Add& sum) { self.complete(sum.a); }
    };
    beside_server([](lc::Self& self, const lc::HostPort& where) {
        const auto caller = self.create<Caller>();
        self.send(where, caller);
        auto returned = self.select<lc::Returned>();
        CHECK(returned.get<lc::Returned>()->message == lc::Any(std::int64_t{6}));
    });
}
