#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

/// The processes below this one. As a subreaper we are given every orphan of our roles; what nobody's
/// leader is belongs to a role by its session, by LAYER_CAKE_ROLE in its environment, else to nobody.
namespace layer_cake::supervise {

void  become_subreaper();
/// Our direct children, zombies included.
std::vector<pid_t> children();
/// All live descendants of a process (not itself), zombies excluded.
std::vector<pid_t> descendants(pid_t of);

struct Process {
    pid_t pid = 0, parent = 0, session = 0;
    char  state = '?';
    unsigned long long start_time = 0; ///< ticks since boot: pid and start time never repeat together
};
/// From /proc/<pid>/stat; pid 0 when it is gone.
Process look_at(pid_t pid);
/// The value of a variable in a process's first environment, or empty.
std::string environment_of(pid_t pid, std::string_view name);
/// SIGKILL through a pidfd opened and checked against `start_time`, so that a reused pid is never hit. False when it was gone.
bool kill_exactly(const Process& process, int signal);

/// Kills everything below this process until nothing is left (also what is born meanwhile), reaping as it goes.
/// @param spare  pids that are left alone, with their descendants
/// Returns the number killed. Gives up after `patience` (processes in uninterruptible sleep) and returns what is left.
std::vector<pid_t> kill_all_descendants(const std::vector<pid_t>& spare, int patience_ms);

} // namespace layer_cake::supervise
