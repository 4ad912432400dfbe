#pragma once

#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/role.hpp>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

/// Starting one process by a plan that is complete before the child exists: the child only makes system calls.
///
/// Errors say why alone, as history and status do: `executable "./web" not found`. Who shows one to a person puts
/// `cannot start "web": ` before it.
namespace layer_cake::process {

/// Everything a child needs, looked up beforehand (executable on PATH, user in passwd, ...): no allocation after.
struct SpawnPlan {
    std::string executable;               ///< resolved path
    std::vector<std::string> arguments;   ///< argv, program first
    std::vector<std::string> environment; ///< NAME=value, complete
    std::string working_dir;
    home::Limits limits;
    std::optional<unsigned> umask;
    bool change_user = false;
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;
    std::string cgroup; ///< path of a cgroup.procs to join, or empty
};

/// Looks everything up. PATH is the role's own; a program with a slash and relative parts of PATH are relative to its
/// working_dir. The role's environment is laid over `base_environment`, then LAYER_CAKE_ROLE and, for a replica,
/// LAYER_CAKE_INDEX; with `user`, HOME, USER and LOGNAME are that user's unless the role sets them.
/// Fails with `missing`: `executable "./web" not found`, `working_dir "/srv" not found`; with `invalid`:
/// `executable "./web" is not executable`, `unknown user "x"`, `only root can run it as user "x"`.
/// @param base_environment  what the role inherits (NAME=value)
Result<SpawnPlan> plan_spawn(const home::Role& role, const std::vector<std::string>& base_environment);

struct Spawned {
    pid_t pid = 0;
    Fd pidfd; ///< readable when the process has ended
};

/// Starts a process as leader of a new session. Returns after its exec has succeeded; the calling thread is
/// suspended until then (vfork), no copy of our memory is made.
/// The child has: fds 0 (/dev/null), 1, 2 and `extra` only, empty signal mask, default signals, SIGKILL when this
/// thread ends: call from one that lives as long as the processes may.
/// Fails with `missing` or `invalid` where the plan has become wrong meanwhile (also: `executable "x" needs interpreter
/// "/bin/y", which is not found`), with `busy` when there are too many processes (worth another try), else with
/// `system`.
/// @param out, err  ours, not consumed; -1: /dev/null
/// @param extra  {fd of ours, number in the child}, numbers 3 and up, and 0 for a stdin that is not /dev/null
Result<Spawned> spawn(const SpawnPlan& plan, int out, int err, const std::vector<std::pair<int, int>>& extra = {});

/// Reaps by pidfd; call when it is readable. Nothing when it has not ended.
struct WaitStatus {
    bool signaled = false;
    int code = 0;
};
std::optional<WaitStatus> reap(const Fd& pidfd);

/// Raises our own limit of open files as far as it goes. What is spawned afterwards still gets the one we were given.
void raise_nofile();

} // namespace layer_cake::process
