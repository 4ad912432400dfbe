#pragma once

#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/net/response_parser.hpp>
#include <layer_cake/supervise/pool_job.hpp>
#include <memory>
#include <optional>
#include <string>

namespace layer_cake::supervise {

/// One connection to a worker that speaks HTTP, kept open from request to request.
///
/// An answer of up to 256 KiB whose length is told is sent as a whole; any other in parts as they come, and the worker
/// is read no faster than the client reads. A request is sent a second time, on a new connection, only when the old
/// one broke before anything of an answer came and the request is idempotent, or nothing of it was taken.
class ProxyConnection : public std::enable_shared_from_this<ProxyConnection> {
public:
    static constexpr std::size_t whole_limit = 256u << 10, unsent_limit = 1u << 20;

    /// @param done  the request is answered; `fine` is false for an answer of ours. May destroy the connection.
    ProxyConnection(Loop& loop, std::uint16_t port, std::function<void(std::uint64_t job, bool fine)> done);

    void take(std::shared_ptr<PoolJob> job); ///< when idle
    bool idle() const { return !job_; }
    void close(); ///< abandons what it has, silently

private:
    void connect();
    void connected();
    void watch();
    void send_some();
    void receive();
    void acknowledge();
    bool to_head() const;
    void pass_on();
    void finish();
    void broke(const std::string& how);
    void drop_connection();

    Loop& loop_;
    std::uint16_t port_;
    std::function<void(std::uint64_t, bool)> done_;
    std::shared_ptr<PoolJob> job_;
    Fd fd_;
    std::optional<Poll> poll_;
    std::optional<net::ResponseParser> parser_;
    std::string out_;
    std::size_t sent_ = 0;
    bool used_ = false;   ///< the connection has carried a request before
    bool heard_ = false;  ///< bytes of an answer have come
    bool again_ = false;  ///< the request has been sent a second time
    bool begun_ = false;  ///< its answer is being sent in parts
    bool paused_ = false; ///< the client is slower than the worker
    bool connecting_ = false;
};

} // namespace layer_cake::supervise
