#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>
#include <unordered_map>
#include <vector>

/// The processes below this one. As a subreaper we are given every orphan of our roles; what nobody's
/// leader is belongs to a role by its session, by LAYER_CAKE_ROLE in its environment, else to nobody.
namespace layer_cake::supervise {

void become_subreaper();
/// Our direct children, of all threads, zombies included.
std::vector<pid_t> children();
/// All live descendants of a process (not itself), zombies excluded. Nearest first.
std::vector<pid_t> descendants(pid_t of);

struct Process {
    pid_t pid = 0, parent = 0, session = 0;
    char state = '?';                  ///< as in /proc; a leader thread that has ended before the others is not 'Z'
    unsigned long long start_time = 0; ///< ticks since boot: pid and start time never repeat together
};
/// From /proc/<pid>/stat; pid 0 when it is gone.
Process look_at(pid_t pid);
/// Its arguments as it was started, each followed by a zero byte; empty when it is gone.
std::string command_line_of(pid_t pid);
/// The value of a variable in a process's first environment, or empty.
std::string environment_of(pid_t pid, std::string_view name);
/// Sends a signal through a pidfd opened and checked against `start_time`, so that a reused pid is never hit. False
/// when it was gone.
bool kill_exactly(const Process& process, int signal);

/// From leaders of sessions to instance names: the pid of a role's process, for as long as its tree lives.
using Sessions = std::unordered_map<pid_t, std::string>;
/// The role a process belongs to: by its session, then by LAYER_CAKE_ROLE in its environment where LAYER_CAKE_HOME is
/// `home`, then as its parents do, up to this process. Empty: nobody's.
std::string role_of(pid_t pid, const Sessions& sessions, std::string_view home);

/// Kills everything below this process until nothing is left (also what is born meanwhile), reaping as it goes.
/// @param spare  pids that are left alone, with their descendants
/// Gives up after `patience` (processes in uninterruptible sleep). Returns what is left: normally nothing.
std::vector<pid_t> kill_all_descendants(const std::vector<pid_t>& spare, int patience_ms);

} // namespace layer_cake::supervise
