#pragma once

#include <functional>
#include <layer_cake/net/channel.hpp>
#include <layer_cake/supervise/pool_job.hpp>
#include <memory>

namespace layer_cake::supervise {

/// One connection to a worker that speaks HTTP, kept open from request to request.
///
/// An answer of up to 256 KiB whose length is told is sent as a whole; any other in parts as they come, and the worker
/// is read no faster than the client reads. A request is sent a second time, on a new connection, only when the old
/// one broke before anything of an answer came and the request is idempotent, or nothing of it was taken.
class ProxyConnection : net::HttpChannel::User, public std::enable_shared_from_this<ProxyConnection> {
public:
    static constexpr std::size_t whole_limit = 256u << 10, unsent_limit = 1u << 20;

    /// @param place  as long as the connection
    /// @param done   the request is answered; `fine` is false for an answer of ours. May destroy the connection.
    ProxyConnection(Loop& loop, const net::ServerPlace& place, std::function<void(std::uint64_t job, bool fine)> done);

    void take(std::shared_ptr<PoolJob> job); ///< when idle
    bool idle() const { return !job_; }
    void close(); ///< abandons what it has, silently

private:
    void came(net::HttpChannel& channel) override;
    void answered(net::HttpChannel& channel, Result<void> result) override;
    void begin();
    void pass_on();
    void finish();
    void broke(const std::string& how);
    bool to_head() const;

    const net::ServerPlace& place_;
    std::function<void(std::uint64_t, bool)> done_;
    std::shared_ptr<PoolJob> job_;
    net::HttpChannel channel_;
    bool begun_ = false; ///< the answer is being sent in parts
};

} // namespace layer_cake::supervise
