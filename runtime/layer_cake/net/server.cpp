#include <algorithm>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/net/connection.hpp>
#include <layer_cake/net/server_core.hpp>
#include <layer_cake/object/shard.hpp>
#include <sys/socket.h>
#include <unistd.h>

namespace layer_cake::net {
namespace {

constexpr std::size_t most_kept = 1 << 10;  ///< of a connection that has sent all
constexpr std::size_t most_spare = 1 << 20; ///< of the buffers handed about
constexpr std::size_t first_size = 4 << 10;

/// Only we and root are served, whatever the modes of the folders above say.
bool is_ours(int fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    return peer.uid == 0 || peer.uid == ::geteuid();
}

/// Requests for a function, which answers by HttpAnswer.
class HandlerSink final : public RequestSink {
public:
    explicit HandlerSink(HttpServer::Handler handler) : handler_(std::move(handler)) {}

    std::shared_ptr<Reply> make_reply() override { return std::make_shared<Reply>(); }
    void take(const RequestView& request, const std::shared_ptr<Reply>& reply) override {
        HttpRequest message;
        message.method = request.method;
        message.target = request.target;
        for (const auto& header : request.headers)
            message.headers.emplace_back(header.name, header.value);
        message.body = request.body;
        message.client = reply->connection->client();
        handler_(std::move(message), std::make_shared<Answer>(reply));
    }
    void refuse(std::string& out, Reply& reply, int status, std::string_view reason, std::string_view date) override {
        using codec::Object;
        const codec::Value body = Object{{"error", Object{{"fault", "invalid"}, {"detail", reason}}}};
        append_response(out, reply, {status, {{"Content-Type", "application/json"}}, codec::write_json(body) + "\n"},
                        date);
    }
    void lost(Reply&) override {}

private:
    HttpServer::Handler handler_;
};

class Server final : public HttpServer {
public:
    explicit Server(std::shared_ptr<ServerCore> core) : core_(std::move(core)) {}
    ~Server() override { core_->shut(); }

    std::uint16_t port() const override { return core_->port(); }
    void set_limits(Limits limits) override { core_->set_limits(std::move(limits)); }
    void stop_accepting() override { core_->stop_accepting(); }

private:
    std::shared_ptr<ServerCore> core_;
};

} // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(Loop& loop, const Endpoint& endpoint, Limits limits,
                                                       Handler handler) {
    auto sink = std::make_shared<HandlerSink>(std::move(handler));
    auto core = std::make_shared<ServerCore>(loop, endpoint, std::move(limits), std::move(sink));
    auto opened = core->open();
    if (!opened) return fail(std::move(opened).error());
    return std::unique_ptr<HttpServer>(std::make_unique<Server>(std::move(core)));
}

ServerCore::ServerCore(Loop& loop, const Endpoint& endpoint, HttpServer::Limits limits,
                       std::shared_ptr<RequestSink> sink, object::Shard* shard)
    : loop_(loop),
      endpoint_(endpoint),
      limits_(std::move(limits)),
      sink_(std::move(sink)),
      shard_(shard),
      flush_(*this),
      timer_(loop) {}

void ServerCore::flush_at_turn_end(Connection& connection) {
    if (std::exchange(connection.flushes_, true)) return;
    to_flush_.push_back(connection.shared_from_this());
    flush_.call_after_turn(*shard_);
}

void ServerCore::flush() {
    const auto keep = shared_from_this();
    tick();
    flushing_.swap(to_flush_); // one may ask for another
    for (const auto& connection : flushing_) {
        connection->flushes_ = false;
        connection->flush();
    }
    flushing_.clear();
}

void ServerCore::give_back(std::string& out) {
    if (out.capacity() <= most_kept) return out.clear();
    if (out.capacity() <= most_spare / 8 && spare_bytes_ + out.capacity() <= most_spare) {
        out.clear();
        spare_bytes_ += out.capacity();
        spare_.push_back(std::move(out));
    }
    out = {};
}

void ServerCore::lend(std::string& out) {
    if (spare_.empty()) return out.reserve(first_size);
    out = std::move(spare_.back());
    spare_.pop_back();
    spare_bytes_ -= out.capacity();
}

Result<void> ServerCore::open() {
    auto listener = Listener::open(loop_, endpoint_, [this](Fd fd) { accepted(std::move(fd)); });
    if (!listener) return fail(std::move(listener).error());
    listener_ = std::move(*listener);
    port_ = listener_->port();
    return ok();
}

void ServerCore::stop_accepting() {
    listener_.reset();
    const auto connections = connections_; // some close, and leave the map
    for (const auto& entry : connections)
        entry.second->finish_up();
}

void ServerCore::shut() {
    const auto keep = shared_from_this();
    listener_.reset();
    const auto connections = std::move(connections_);
    connections_.clear();
    for (const auto& entry : connections)
        entry.second->close(true);
    timer_.cancel();
}

void ServerCore::accepted(Fd fd) {
    if (!tcp() && !is_ours(fd.get())) return;
    const auto keep = shared_from_this(); // whoever takes the first request may destroy the server
    if (connections_.size() >= limits_.connections) return refuse(std::move(fd));
    if (!timer_.pending()) {
        buffer_.resize(64 << 10);
        keep_time();
    }
    auto connection = std::make_shared<Connection>(*this, std::move(fd));
    connections_.emplace(connection.get(), connection);
    ++sink_->traffic.accepted;
    sink_->traffic.connections = connections_.size();
    connection->start();
}

void ServerCore::keep_time() {
    using namespace std::chrono_literals;
    const Duration shortest = std::min(limits_.header_time, limits_.idle_time);
    timer_.repeat(std::clamp<Duration>(shortest / 4, 10ms, 1s), [this] { check_times(); });
}

void ServerCore::set_limits(HttpServer::Limits limits) {
    limits_ = std::move(limits);
    if (timer_.pending()) keep_time();
}

void ServerCore::refuse(Fd fd) {
    constexpr std::string_view text = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
                                      "Connection: close\r\n\r\n";
    // Best effort: a client whose request is already under way may see a reset instead.
    [[maybe_unused]] const auto sent = ::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void ServerCore::forget(Connection& connection) {
    connections_.erase(&connection);
    sink_->traffic.connections = connections_.size();
    if (!connections_.empty()) return;
    timer_.cancel(); // an idle server costs nothing
    if (on_empty_) on_empty_();
}

void ServerCore::check_times() {
    const auto keep = shared_from_this();
    const auto now = tick();
    std::vector<std::shared_ptr<Connection>> connections; // some close, and leave the map
    connections.reserve(connections_.size());
    for (const auto& entry : connections_)
        connections.push_back(entry.second);
    for (const auto& connection : connections)
        connection->check_time(now);
}

std::string_view ServerCore::date() {
    const std::time_t now = std::time(nullptr);
    if (now != date_at_) {
        date_at_ = now;
        date_ = http_date(now);
    }
    return date_;
}

} // namespace layer_cake::net
