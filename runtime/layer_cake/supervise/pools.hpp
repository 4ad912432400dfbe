#pragma once

#include <layer_cake/home/group.hpp>
#include <layer_cake/net/http.hpp>
#include <layer_cake/supervise/bus_bridge.hpp>
#include <layer_cake/supervise/pool.hpp>
#include <layer_cake/supervise/role_process.hpp>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace layer_cake::supervise {

/// The group's own endpoint, and its line to NATS, and the pools behind them: which request goes to which pool, and
/// which processes work for which.
///
/// A process works for its pool from when it is ready until it is to stop; then it finishes what it has before it is
/// asked to end. All on the loop's thread.
class Pools {
public:
    explicit Pools(RoleContext& context) : context_(context) {}

    /// Makes the pools and listens as the group says, or goes over to it from another: a new address is listened at
    /// before the old one is left. Fails, changing nothing, when that cannot be: `failed` for `http: cannot
    /// listen at 127.0.0.1:8080: address already in use`.
    Result<void> apply(const home::Group& group);

    /// Lets come in and go what is ready or is not any more; after every settle of the supervisor.
    void look_at(std::span<RoleProcess* const> roles);
    /// Whether a process has finished what it had, and may be asked to end.
    bool finished(const RoleProcess& role) const;
    std::vector<pool::PoolStatus> status() const;
    void stop(); ///< The group ends: what waits is refused, nothing new is let in.

private:
    Result<void> listen(const home::Group& group);
    Result<void> join_bus(const home::Group& group);
    void handle(net::HttpRequest request, std::shared_ptr<net::HttpAnswer> answer);
    std::unique_ptr<PoolWorker> make_worker(RoleProcess& role, PoolWorker::Events events);
    void add(const home::PoolRules& rules);
    void drop_removed();

    RoleContext& context_;
    std::optional<home::HttpRules> http_;
    std::unique_ptr<net::HttpServer> server_;
    std::optional<home::BridgeRules> bus_rules_;
    std::unique_ptr<BusBridge> bus_;
    std::map<std::string, std::unique_ptr<Pool>, std::less<>> pools_;
    std::map<std::string, Pool*, std::less<>> by_role_; ///< by a role's base name
};

} // namespace layer_cake::supervise
