#include <algorithm>
#include <layer_cake/net/connection.hpp>
#include <layer_cake/net/server_core.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace layer_cake::net {
namespace {

/// Only we and root are served, whatever the modes of the folders above say.
bool is_ours(int fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    return peer.uid == 0 || peer.uid == ::geteuid();
}

class Server final : public HttpServer {
public:
    explicit Server(std::shared_ptr<ServerCore> core) : core_(std::move(core)) {}
    ~Server() override { core_->shut(); }

    std::uint16_t port() const override { return core_->port(); }
    void stop_accepting() override { core_->stop_accepting(); }

private:
    std::shared_ptr<ServerCore> core_;
};

} // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(Loop& loop, const Endpoint& endpoint, Limits limits,
                                                       Handler handler) {
    auto core = std::make_shared<ServerCore>(loop, endpoint, limits, std::move(handler));
    auto opened = core->open();
    if (!opened) return fail(std::move(opened).error());
    return std::unique_ptr<HttpServer>(std::make_unique<Server>(std::move(core)));
}

ServerCore::ServerCore(Loop& loop, const Endpoint& endpoint, HttpServer::Limits limits, HttpServer::Handler handler)
    : loop_(loop), endpoint_(endpoint), limits_(limits), handler_(std::move(handler)), timer_(loop) {}

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
    if (connections_.size() >= limits_.connections) return refuse(std::move(fd));
    if (tcp()) {
        const int on = 1;
        ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    }
    if (connections_.empty()) {
        using namespace std::chrono_literals;
        buffer_.resize(64 << 10);
        const Duration shortest = std::min(limits_.header_time, limits_.idle_time);
        timer_.repeat(std::clamp<Duration>(shortest / 4, 10ms, 1s), [this] { check_times(); });
    }
    auto connection = std::make_shared<Connection>(*this, std::move(fd));
    connections_.emplace(connection.get(), connection);
    connection->start();
}

void ServerCore::refuse(Fd fd) {
    constexpr std::string_view text = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
                                      "Connection: close\r\n\r\n";
    // Best effort: a client whose request is already under way may see a reset instead.
    [[maybe_unused]] const auto sent = ::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void ServerCore::forget(Connection& connection) {
    connections_.erase(&connection);
    if (!connections_.empty()) return;
    timer_.cancel(); // an idle server costs nothing
}

void ServerCore::check_times() {
    const auto keep = shared_from_this();
    const auto now = std::chrono::steady_clock::now();
    const auto connections = connections_;
    for (const auto& entry : connections)
        entry.second->check_time(now);
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
