#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <layer_cake/core/pidfd.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/supervise/role_checks.hpp>
#include <layer_cake/supervise/role_process.hpp>
#include <layer_cake/supervise/tree.hpp>

namespace layer_cake::supervise {
namespace {

/// Most have ended by then, and need no second signal.
constexpr Duration wake_after = std::chrono::milliseconds(50);

} // namespace

void RoleProcess::misbehaved(std::string why) {
    if (pid_ == 0 || stop_begun_) return;
    why_ = std::move(why);
    begin_stop();
}

void RoleProcess::replace(std::string why) {
    if (pid_ == 0 || stop_begun_) return;
    why_ = std::move(why);
    kill_ = true;
    begin_stop();
}

void RoleProcess::begin_stop() {
    if (stop_begun_) return;
    stop_begun_ = true;
    timer_.cancel();
    if (state_ != Phase::ending) move_to(Phase::stopping);
    if (pid_ == 0) return;
    if (kill_) return kill_tree();
    const Duration timeout = role_.shutdown.timeout;
    if (!role_.shutdown.command.empty()) {
        checks_->run_shutdown_command();
        return kill_after(timeout);
    }
    signal(role_.shutdown.signal);
    const Duration first = std::min(wake_after, timeout);
    timer_.start(first, [this, rest = timeout - first] {
        signal(SIGCONT); // a stopped process must be woken to hear the other
        kill_after(rest);
    });
}

void RoleProcess::signal(int number) {
    if (role_.shutdown.scope == home::Shutdown::Scope::group)
        ::kill(-pid_, number);
    else
        signal_pidfd(pidfd_, number);
}

void RoleProcess::kill_after(Duration span) {
    timer_.start(span, [this] {
        reason_ = fmt::format("killed after the stop timeout of {}", format_span(role_.shutdown.timeout));
        changed_ = true;
        kill_tree();
    });
}

void RoleProcess::kill_cgroup() {
    if (context_.cgroups) context_.cgroups->kill(name());
}

void RoleProcess::kill_tree() {
    killed_ = true;
    kill_cgroup();
    if (pid_ == 0) return; // what is left is being killed already
    for (pid_t below : descendants(pid_))
        if (auto process = look_at(below); process.pid != 0) kill_exactly(process, SIGKILL);
    ::kill(-pid_, SIGKILL);
    signal_pidfd(pidfd_, SIGKILL);
}

} // namespace layer_cake::supervise
