#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/http_text.hpp>
#include <layer_cake/net/response_parser.hpp>
#include <netdb.h>
#include <optional>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace layer_cake::net {
namespace {

/// The exchange itself: looking up, connecting, sending, receiving. Held alive by callbacks under way, so that each
/// event may destroy the handle.
class Client : public std::enable_shared_from_this<Client> {
public:
    Client(Loop& loop, const Endpoint& endpoint, const HttpRequest& request, HttpExchange::Events events)
        : loop_(loop),
          endpoint_(endpoint),
          events_(std::move(events)),
          parser_(request.method == "HEAD"),
          timer_(loop),
          out_(request_text(endpoint, request)) {}

    void start(Duration timeout) {
        if (timeout > Duration::zero())
            timer_.start(timeout, [this, timeout] {
                finish(fail(Fault::timed_out, fmt::format("no answer from \"{}\" within {}", endpoint_text(endpoint_),
                                                          format_span(timeout))));
            });
        // Later, so that no event comes before the caller has the handle.
        loop_.defer([weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->look_up();
        });
    }

    void abandon() {
        over_ = true;
        stop();
    }

private:
    struct Lookup {
        uv_getaddrinfo_t request{};
        std::weak_ptr<Client> client;
    };

    void stop() {
        poll_.reset();
        fd_.reset();
        timer_.cancel();
        retry_.reset();
    }

    void finish(Result<void> result) {
        if (std::exchange(over_, true)) return;
        const auto self = shared_from_this();
        stop();
        const auto done = std::exchange(events_, {}).done;
        if (done) done(std::move(result));
    }

    void look_up() {
        if (over_) return;
        if (!endpoint_.path.empty()) return connect_unix();
        addresses_ = known_addresses(endpoint_.host, endpoint_.port);
        if (!addresses_.empty()) return connect_next();
        auto lookup = std::make_unique<Lookup>();
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        lookup->client = weak_from_this();
        lookup->request.data = lookup.get();
        const auto port = std::to_string(endpoint_.port);
        const int status =
            uv_getaddrinfo(loop_.uv(), &lookup->request, looked_up, endpoint_.host.c_str(), port.c_str(), &hints);
        if (status != 0)
            return finish(fail(system_error(fmt::format("cannot look up \"{}\"", endpoint_.host), -status)));
        lookup.release(); // NOLINT: `looked_up` takes it back
    }

    static void looked_up(uv_getaddrinfo_t* request, int status, addrinfo* list) {
        const std::unique_ptr<Lookup> lookup(static_cast<Lookup*>(request->data));
        const auto self = lookup->client.lock();
        if (self && !self->over_) {
            for (const addrinfo* entry = list; entry; entry = entry->ai_next) {
                auto& address = self->addresses_.emplace_back();
                std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
                address.size = entry->ai_addrlen;
            }
        }
        uv_freeaddrinfo(list);
        if (!self || self->over_) return;
        if (status == 0 && !self->addresses_.empty()) return self->connect_next();
        self->finish(fail(Fault::missing, fmt::format("no host \"{}\"", self->endpoint_.host)));
    }

    void connect_unix() {
        auto address = unix_address(endpoint_.path);
        if (!address) {
            if (address.error().fault == Fault::missing) return finish(fail(connect_error(endpoint_, ENOENT)));
            return finish(fail(std::move(address).error()));
        }
        auto under_way = start_connect(address->base(), address->size);
        if (under_way.error == EAGAIN) { // the listener's queue is full, and will not tell when it no longer is
            retry_.emplace(loop_);
            retry_->start(std::chrono::milliseconds(5), [this] { connect_unix(); });
            return;
        }
        if (under_way.error != 0) return finish(fail(connect_error(endpoint_, under_way.error)));
        fd_ = std::move(under_way.fd);
        poll_.emplace(loop_, fd_.get());
        exchange();
    }

    void connect_next() {
        int error = ECONNREFUSED;
        while (next_ < addresses_.size()) {
            const auto& address = addresses_[next_++];
            auto under_way = start_connect(address.base(), address.size);
            error = under_way.error;
            if (error != 0) continue;
            poll_.reset();
            fd_ = std::move(under_way.fd);
            poll_.emplace(loop_, fd_.get());
            if (under_way.done) return exchange();
            return poll_->start(Poll::writable, [this](int) { connected(); });
        }
        finish(fail(connect_error(endpoint_, error)));
    }

    void connected() {
        const auto self = shared_from_this();
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error == 0) return exchange();
        if (next_ < addresses_.size()) return connect_next();
        finish(fail(connect_error(endpoint_, error)));
    }

    void exchange() {
        send_some();
        watch();
    }

    void watch() {
        const int wanted = Poll::readable | (out_.empty() ? 0 : Poll::writable);
        poll_->start(wanted, [this](int events) {
            const auto self = shared_from_this();
            if (events & Poll::writable) send_some();
            if (events & Poll::readable) receive();
            if (!over_) watch();
        });
    }

    void send_some() {
        while (!out_.empty()) {
            const auto sent = ::send(fd_.get(), out_.data(), out_.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) continue;
            if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
            // An answer may be there although the server would not take all of the request.
            out_.erase(0, sent < 0 ? out_.size() : static_cast<std::size_t>(sent));
        }
    }

    void receive() {
        char buffer[16 << 10];
        for (int turn = 0; turn < 16 && !over_; ++turn) { // then others have their turn
            const auto size = ::recv(fd_.get(), buffer, sizeof buffer, 0);
            if (size < 0 && errno == EINTR) continue;
            if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
            if (size < 0) return finish(fail(Fault::disconnected, "the connection broke before the answer was whole"));
            auto fed = size == 0 ? parser_.finish() : parser_.feed({buffer, static_cast<std::size_t>(size)});
            tell();
            if (over_) return;
            if (!fed || parser_.complete()) return finish(std::move(fed));
        }
    }

    void tell() {
        if (over_ || !parser_.headed()) return;
        auto& response = parser_.response();
        if (!std::exchange(told_, true) && events_.headed) events_.headed(response.status, response.headers);
        if (over_ || response.body.empty()) return;
        const auto body = std::exchange(response.body, {});
        if (events_.received) events_.received(body);
    }

    Loop& loop_;
    Endpoint endpoint_;
    HttpExchange::Events events_;
    ResponseParser parser_;
    Timer timer_;
    std::optional<Timer> retry_;
    Fd fd_;
    std::optional<Poll> poll_;
    std::vector<SocketAddress> addresses_;
    std::size_t next_ = 0;
    std::string out_;
    bool told_ = false, over_ = false;
};

class Exchange final : public HttpExchange {
public:
    explicit Exchange(std::shared_ptr<Client> client) : client_(std::move(client)) {}
    ~Exchange() override { client_->abandon(); }

private:
    std::shared_ptr<Client> client_;
};

} // namespace

std::unique_ptr<HttpExchange> HttpExchange::start(Loop& loop, const Endpoint& endpoint, HttpRequest request,
                                                  Duration timeout, Events events) {
    auto client = std::make_shared<Client>(loop, endpoint, request, std::move(events));
    client->start(timeout);
    return std::make_unique<Exchange>(std::move(client));
}

} // namespace layer_cake::net
