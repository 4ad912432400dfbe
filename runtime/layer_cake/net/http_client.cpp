#include <deque>
#include <fmt/format.h>
#include <layer_cake/net/channel.hpp>
#include <layer_cake/net/http_client.hpp>
#include <layer_cake/net/http_client_mapping.hpp>
#include <layer_cake/net/http_text.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/object/shard.hpp>

namespace layer_cake::net {

/// From whoever connects to the client: do it, and say how it went.
struct ConnectNow {};
/// The time of the request under way is over.
struct TooLate {};

} // namespace layer_cake::net

namespace layer_cake::type {

// Never described and so never encoded: they stay in the process, and nobody else can send them.
template <>
struct Traits<net::ConnectNow> {
    static constexpr Shape shape() { return shape_of_object<net::ConnectNow>(Kind::message); }
};
template <>
struct Traits<net::TooLate> {
    static constexpr Shape shape() { return shape_of_object<net::TooLate>(Kind::message); }
};

} // namespace layer_cake::type

namespace layer_cake::net {
namespace {

using object::Object;

NotConnected refusal(const ConnectStream& request, const Endpoint& endpoint, std::string why) {
    NotConnected refused;
    refused.request = request;
    refused.condition = fmt::format("cannot connect to \"{}\"", endpoint_text(endpoint));
    if (why.starts_with(refused.condition + ": ")) why.erase(0, refused.condition.size() + 2);
    refused.explanation = std::move(why);
    return refused;
}

/// The proxy of an HTTP server: a child of the object that connects.
struct HttpClientObject {
    using accepts = object::accepts<type::Stop, Close, ConnectNow, TooLate, type::Unknown>;

    HttpClientObject(ConnectStream request, ServerPlace server, HttpClient client)
        : request_(std::move(request)), server_(std::move(server)), client_(std::move(client)) {}

    void on(Object& self, ConnectNow) {
        asker_ = self.return_address();
        channel(self).open();
    }

    void on(Object& self, type::Unknown, type::Any& message) {
        if (close_) return self.reply(type::Faulted{"closed", "the client has been closed", {}, {}});
        if (waiting_.size() >= client_.queue)
            return self.reply(type::Overloaded{{"overloaded", "request queue overflow", {}, {}}});
        auto made = net::request_of(message, client_);
        if (!made) return self.reply(type::Faulted{"cannot make a request", made.error().detail, {}, {}});
        const bool again = made->method != "POST" && made->method != "PATCH";
        waiting_.push_back({request_text(server_.endpoint, *made, true),
                            self.return_address(),
                            std::min(self.deadline(), self.now() + client_.timeout),
                            {.to_head = made->method == "HEAD", .repeatable = again}});
        next(self);
    }

    void on(Object& self, const Close& close) {
        if (close_) return;
        close_ = Close{close.message.copy(), close.reason, close.note, close.error_code};
        next(self);
    }

    void on(Object& self, TooLate) {
        if (!busy_) return;
        channel_->close();
        finish(self, type::TimedOut{});
    }

    void on(Object& self, type::Stop) { self.complete(type::Aborted{}); }

private:
    struct Exchange {
        std::string text;
        type::Address to;
        Instant due{};
        HttpChannel::Manner manner;
    };

    struct User final : HttpChannel::User {
        User(HttpClientObject& owner, Object& self) : owner(owner), self(self) {}
        void answered(HttpChannel&, Result<void> result) override { owner.answered(self, std::move(result)); }
        HttpClientObject& owner;
        Object& self;
    };

    HttpChannel& channel(Object& self) {
        if (channel_) return *channel_;
        user_.emplace(*this, self);
        const HttpChannel::Rules rules{.body_bytes = client_.body_bytes, .whole = true};
        return channel_.emplace(self.shard().loop(), server_, rules, *user_);
    }

    void answered(Object& self, Result<void> result) {
        if (asker_) return opened(self, std::move(result));
        if (!result) return finish(self, type::Faulted{"no answer", std::move(result).error().detail, {}, {}});
        finish(self, message_of(std::move(channel_->response()), client_));
    }

    void opened(Object& self, Result<void> result) {
        const auto asker = std::exchange(asker_, {});
        if (!result) {
            self.send(refusal(request_, server_.endpoint, result.error().detail), asker);
            return self.send(type::Stop{}, self.address());
        }
        opened_at_ = std::chrono::system_clock::now();
        Connected connected;
        connected.request = request_;
        connected.opened_ipp = request_.requested_ipp;
        connected.proxy_address = self.address();
        connected.opened_at = opened_at_;
        self.send(std::move(connected), asker);
        next(self);
    }

    void finish(Object& self, type::Any answer) {
        if (!std::exchange(busy_, false)) return;
        self.cancel<TooLate>();
        self.send(std::move(answer), current_.to);
        next(self);
    }

    void next(Object& self) {
        while (!busy_ && !asker_ && !waiting_.empty()) {
            current_ = std::move(waiting_.front());
            waiting_.pop_front();
            const auto now = self.now();
            if (current_.due <= now) {
                self.send(type::TimedOut{}, current_.to);
                continue;
            }
            busy_ = true;
            self.start<TooLate>(current_.due - now);
            channel(self).ask(current_.text, current_.manner);
        }
        if (busy_ || asker_ || !close_ || closed_) return;
        closed_ = true;
        Closed closed;
        closed.message = std::move(close_->message);
        closed.reason = close_->reason;
        closed.note = close_->note;
        closed.error_code = close_->error_code;
        closed.opened_ipp = request_.requested_ipp;
        closed.opened_at = opened_at_;
        self.send(std::move(closed), self.parent());
        self.send(type::Stop{}, self.address());
    }

    ConnectStream request_;
    ServerPlace server_;
    HttpClient client_;
    std::optional<User> user_;
    std::optional<HttpChannel> channel_;
    std::deque<Exchange> waiting_;
    Exchange current_;
    std::optional<Close> close_;
    type::Address asker_;
    std::optional<WallTime> opened_at_;
    bool busy_ = false, closed_ = false;
};

ConnectStream stream_of(const type::HostPort& address, const HttpClient& client) {
    ConnectStream request;
    request.requested_ipp = address;
    request.http_client = client.prefix;
    request.layer_cake_json = client.json;
    return request;
}

/// The proxy, not yet connected, or why there is none.
Outcome<type::Address, NotConnected> make_client(Object& self, const type::HostPort& address,
                                                 const HttpClient& client) {
    auto request = stream_of(address, client);
    Endpoint endpoint;
    endpoint.host = address.host.value_or("127.0.0.1");
    const auto port = address.port.value_or(0);
    endpoint.port = static_cast<std::uint16_t>(port);
    if (port < 1 || port > 65535) return refusal(request, endpoint, "port must be 1-65535");
    auto server = find_server(endpoint);
    if (!server) return refusal(request, endpoint, server.error().detail);
    return self.attach(object::make_machine<HttpClientObject>(std::move(request), std::move(*server), client));
}

} // namespace

Outcome<Connected, NotConnected> connect(object::Self& self, const type::HostPort& address, const HttpClient& client) {
    auto made = make_client(self, address, client);
    if (!made) return made.bad();
    auto answer = self.ask(ConnectNow{}, *made, client.timeout);
    if (auto* connected = answer.get<Connected>()) return std::move(*connected);
    if (auto* refused = answer.get<NotConnected>()) return std::move(*refused);
    self.send(type::Stop{}, *made);
    const auto* fault = type::as_fault(answer);
    return refusal(stream_of(address, client),
                   {{}, address.host.value_or("127.0.0.1"), static_cast<std::uint16_t>(address.port.value_or(0))},
                   fault ? fault->condition : "no answer");
}

void connect(object::Object& self, const type::HostPort& address, const HttpClient& client) {
    auto made = make_client(self, address, client);
    if (!made) return self.send(NotConnected(made.bad()), self.address());
    self.send(ConnectNow{}, *made);
}

} // namespace layer_cake::net
