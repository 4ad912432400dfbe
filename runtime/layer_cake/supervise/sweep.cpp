#include <algorithm>
#include <layer_cake/supervise/supervisor.hpp>
#include <layer_cake/supervise/tree.hpp>
#include <sys/wait.h>
#include <unordered_map>
#include <unordered_set>

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
    Sessions sessions;
    std::unordered_set<pid_t> leaders;
    for (auto* role : order_) {
        if (role->alive()) sessions.emplace(role->session(), role->name());
        if (role->pid() != 0) leaders.insert(role->pid());
    }
    std::unordered_map<std::string, bool> ending; // role -> something of it still lives
    for (auto* role : order_)
        if (role->ending()) ending.emplace(role->name(), false);

    for (const pid_t child : children()) {
        if (leaders.contains(child) || context_.helpers.contains(child)) continue; // reaped by its owner
        const Process process = look_at(child);
        if (process.pid == 0) continue;
        if (process.state == 'Z') {
            siginfo_t info{};
            ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG);
            child_ended_ = true; // its own children are ours now
            settle();
            continue;
        }
        if (ending.empty()) continue;
        const auto found = ending.find(role_of(child, sessions, context_.paths.home.string()));
        if (found == ending.end()) continue;
        kill_exactly(process, SIGKILL); // its end is a SIGCHLD, which asks for the next sweep
        found->second = true;
    }
    for (const auto& [name, lives] : ending)
        if (!lives) find(name)->tree_is_empty();
}

} // namespace layer_cake::supervise
