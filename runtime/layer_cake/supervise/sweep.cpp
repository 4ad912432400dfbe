#include <algorithm>
#include <layer_cake/supervise/supervisor.hpp>
#include <layer_cake/supervise/tree.hpp>
#include <set>
#include <sys/wait.h>

namespace layer_cake::supervise {

void Supervisor::sweep_when_due() {
    if (!child_ended_ && std::none_of(order_.begin(), order_.end(), [](const auto* role) { return role->ending(); }))
        return;
    const auto now = context_.clock.now();
    if (next_sweep_.pending()) return;
    if (swept_ != Instant{} && now - swept_ < sweep_spacing)
        return next_sweep_.start(sweep_spacing - (now - swept_), [this] { settle(); });
    child_ended_ = false;
    swept_ = now;
    sweep();
}

/// We are given every orphan of our roles. Reaps the dead ones; of the living, kills those whose role's leader has
/// ended. A role whose leader has ended and which has no orphan left is told that its tree is empty.
void Supervisor::sweep() {
    std::vector<pid_t> leaders;
    std::vector<RoleProcess*> ending;
    for (auto* role : order_) {
        if (role->pid() != 0) leaders.push_back(role->pid());
        if (role->ending()) ending.push_back(role);
    }
    std::sort(leaders.begin(), leaders.end());
    Sessions sessions;                          // filled when somebody has to be told apart
    std::set<std::string, std::less<>> survive; // roles that are ending, of which something still lives

    for (const pid_t child : children()) {
        // Those are reaped by their owners.
        if (std::binary_search(leaders.begin(), leaders.end(), child) || context_.helpers.contains(child)) continue;
        // First of all: those that fork and end without pause leave more than can be looked at.
        siginfo_t info{};
        if (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG) == 0 && info.si_pid == child) {
            child_ended_ = true; // its own children are ours now
            settle();
            continue;
        }
        if (ending.empty()) continue;
        const Process process = look_at(child);
        if (process.pid == 0) continue;
        if (sessions.empty())
            for (auto* role : order_)
                if (role->alive()) sessions.emplace(role->session(), role->name());
        auto name = role_of(child, sessions, context_.paths.home.string());
        if (std::none_of(ending.begin(), ending.end(), [&](const auto* role) { return role->name() == name; }))
            continue;
        kill_exactly(process, SIGKILL); // its end is a SIGCHLD, which asks for the next sweep
        survive.insert(std::move(name));
    }
    for (auto* role : ending) {
        if (survive.contains(role->name())) continue;
        role->tree_is_empty();
        if (stopping_) role->close_log();
    }
}

} // namespace layer_cake::supervise
