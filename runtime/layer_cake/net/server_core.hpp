#pragma once

#include <ctime>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/listener.hpp>
#include <layer_cake/net/request_sink.hpp>
#include <layer_cake/object/shard.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace layer_cake::net {

class Connection;

/// What the connections of one server share. Outlives the server while a callback runs in it.
class ServerCore : public std::enable_shared_from_this<ServerCore> {
public:
    /// @param shard  whose objects answer: answers of one turn are sent together. Null: each at once
    ServerCore(Loop& loop, const Endpoint& endpoint, HttpServer::Limits limits, std::shared_ptr<RequestSink> sink,
               object::Shard* shard = nullptr);

    Result<void> open();
    void set_limits(HttpServer::Limits limits);
    void stop_accepting();
    void shut(); ///< closes everything, calls nobody
    std::uint16_t port() const { return port_; }

    void forget(Connection& connection);
    bool stopping() const { return !listener_; }
    bool tcp() const { return endpoint_.path.empty(); }
    const std::string& host() const { return endpoint_.host; }
    const HttpServer::Limits& limits() const { return limits_; }
    RequestSink& sink() { return *sink_; }
    object::Shard* shard() const { return shard_; }
    void flush_at_turn_end(Connection& connection);
    /// The time, and the same for all that is done for this call of the loop's.
    Instant tick() { return recent_ = std::chrono::steady_clock::now(); }
    Instant recent() const { return recent_; }
    bool empty() const { return connections_.empty(); }
    /// Called from the loop when the last connection has closed.
    void on_empty(std::function<void()> call) { on_empty_ = std::move(call); }
    /// Buffers that connections hand about while they send; between that they have none.
    void lend(std::string& out);
    void give_back(std::string& out);
    Loop& loop() { return loop_; }
    std::string_view date();                        ///< now, for `Date`
    std::vector<char>& buffer() { return buffer_; } ///< one for all: only one connection reads at a time

private:
    void accepted(Fd fd);
    void refuse(Fd fd);
    void keep_time();
    void check_times();
    void flush();

    Loop& loop_;
    Endpoint endpoint_;
    HttpServer::Limits limits_;
    std::shared_ptr<RequestSink> sink_;
    object::Shard* shard_;
    struct Flush final : object::AfterTurn {
        explicit Flush(ServerCore& owner) : core(owner) {}
        using AfterTurn::call_after_turn;
        void after_turn() override { core.flush(); }
        ServerCore& core;
    } flush_;
    std::vector<std::shared_ptr<Connection>> to_flush_, flushing_;
    std::function<void()> on_empty_;
    std::vector<std::string> spare_;
    std::size_t spare_bytes_ = 0;
    Instant recent_{};
    std::unique_ptr<Listener> listener_;
    std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
    Timer timer_; ///< runs while there are connections
    std::vector<char> buffer_;
    std::time_t date_at_ = 0;
    std::string date_;
    std::uint16_t port_ = 0;
};

} // namespace layer_cake::net
