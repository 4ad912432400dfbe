#pragma once

#include <layer_cake/supervise/notify_socket.hpp>
#include <layer_cake/supervise/probe.hpp>
#include <layer_cake/supervise/role_process.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace layer_cake::supervise {

/// How one living process of a role is found to be: its readiness, health and watchdog. Lives as long as the leader.
///
///     ready      until it succeeds once; `ready.timeout` of silence ends the process as a failure
///     readiness  from then on: decides `ready`, which is false until it has succeeded
///     liveness   from then on: failing ends the process as a failure
///     health     of those two: bad when one is, good when each is, unknown until they have answered
///     watchdog   a notice at least this often from then on, or the same
///
/// None of them configured costs nothing: no timer, no descriptor.
class RoleChecks {
public:
    explicit RoleChecks(RoleProcess& process);
    ~RoleChecks();

    /// Before the spawn: opens what the process will talk to, and tells it by its environment (NOTIFY_SOCKET, READY_FD,
    /// WATCHDOG_USEC).
    Result<void> prepare(std::vector<std::string>& environment);
    const std::vector<std::pair<int, int>>& extra_fds() const { return extra_; }
    void started();              ///< The process runs: begin to ask.
    void name_is_published();    ///< The one that `ready` is about.
    void run_shutdown_command(); ///< Instead of a signal; its own end means nothing.
    /// The role's probes have been replaced while the process lives: those that differ are begun anew.
    void rules_changed(const home::Role& before);

private:
    void begin_ready();
    void begin_lasting(); ///< readiness, liveness and watchdog, once `ready` has succeeded
    void begin_readiness();
    void begin_liveness();
    std::unique_ptr<Prober> ask(const home::Probe& probe, Prober::Events events);
    Result<void> watch_log();
    void ready();
    void is_ready(bool is); ///< what `readiness` found
    void judge_health();
    void heard(const Notice& notice);
    void feed_watchdog();
    bool is_ready_kind(home::Probe::Kind kind) const;

    RoleProcess& process_;
    std::vector<std::pair<int, int>> extra_;
    std::unique_ptr<NotifySocket> notify_;
    Fd ready_read_, ready_write_;
    std::unique_ptr<Poll> ready_poll_;
    std::unique_ptr<Prober> ready_, readiness_, liveness_;
    std::unique_ptr<Timer> watchdog_;
    std::shared_ptr<bool> alive_;
    bool lasting_ = false;
};

} // namespace layer_cake::supervise
