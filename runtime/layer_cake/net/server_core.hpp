#pragma once

#include <ctime>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/listener.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace layer_cake::net {

class Connection;

/// What the connections of one server share. Outlives the server while a callback runs in it.
class ServerCore : public std::enable_shared_from_this<ServerCore> {
public:
    ServerCore(Loop& loop, const Endpoint& endpoint, HttpServer::Limits limits, HttpServer::Handler handler);

    Result<void> open();
    void stop_accepting();
    void shut(); ///< closes everything, calls nobody
    std::uint16_t port() const { return port_; }

    void forget(Connection& connection);
    bool stopping() const { return !listener_; }
    bool tcp() const { return endpoint_.path.empty(); }
    const std::string& host() const { return endpoint_.host; }
    const HttpServer::Limits& limits() const { return limits_; }
    const HttpServer::Handler& handler() const { return handler_; }
    Loop& loop() { return loop_; }
    std::string_view date();                        ///< now, for `Date`
    std::vector<char>& buffer() { return buffer_; } ///< one for all: only one connection reads at a time

private:
    void accepted(Fd fd);
    void refuse(Fd fd);
    void check_times();

    Loop& loop_;
    Endpoint endpoint_;
    HttpServer::Limits limits_;
    HttpServer::Handler handler_;
    std::unique_ptr<Listener> listener_;
    std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
    Timer timer_; ///< runs while there are connections
    std::vector<char> buffer_;
    std::time_t date_at_ = 0;
    std::string date_;
    std::uint16_t port_ = 0;
};

} // namespace layer_cake::net
