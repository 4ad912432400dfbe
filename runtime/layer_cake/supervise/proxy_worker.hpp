#pragma once

#include <layer_cake/supervise/pool_worker.hpp>
#include <layer_cake/supervise/proxy_connection.hpp>
#include <vector>

namespace layer_cake::supervise {

/// A worker that is an HTTP server on a port of 127.0.0.1: as many connections as it has requests at a time.
class ProxyWorker final : public PoolWorker {
public:
    ProxyWorker(Loop& loop, std::uint16_t port, Events events);
    ~ProxyWorker() override;
    void take(std::shared_ptr<PoolJob> job) override;

private:
    Loop& loop_;
    net::ServerPlace place_;
    Events events_;
    std::vector<std::shared_ptr<ProxyConnection>> connections_;
};

} // namespace layer_cake::supervise
