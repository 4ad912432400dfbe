#pragma once

#include "sockets.hpp"
#include <doctest/doctest.h>
#include <layer_cake/layer_cake.hpp>
#include <layer_cake/object/shard.hpp>

namespace web {

namespace lc = layer_cake;
using namespace layer_cake;
using namespace layer_cake::net;
using namespace std::chrono_literals;

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
    int parts = 0;

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
                if (later->name == "paced") paced(self);
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
    /// Sends 16 MiB as fast as the client takes it.
    void paced(lc::Self& self) {
        const auto client = self.return_address();
        self.reply(lc::HttpStream{});
        for (; parts < 256; ++parts)
            if (!self.ask(lc::HttpPart{lc::Block(64 << 10)}, client, 30s).is<lc::Ack>()) return;
        self.send(lc::HttpEnd{}, client);
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

inline constexpr std::string_view as_json = "Content-Type: application/json\r\n";
inline constexpr std::string_view as_form = "Content-Type: application/x-www-form-urlencoded\r\n";

} // namespace web
