#pragma once

#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/role.hpp>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

/// Starting one process by a plan that is complete before the child exists: the child only makes system calls.
namespace layer_cake::supervise {

/// Everything a child needs, looked up beforehand (executable on PATH, user in passwd, ...): no allocation after.
struct SpawnPlan {
    std::string              executable; ///< resolved path
    std::vector<std::string> arguments;  ///< argv, program first
    std::vector<std::string> environment; ///< NAME=value, complete
    std::string              working_dir;
    home::Limits             limits;
    std::optional<unsigned>  umask;
    bool                     change_user = false;
    uid_t                    uid = 0;
    gid_t                    gid = 0;
    std::vector<gid_t>       groups;
    std::string              cgroup; ///< path of a cgroup.procs to join, or empty
};

/// Looks everything up. Fails with `missing`: `executable "./web" not found`, `invalid`: `unknown user "x"`, ...
/// @param base_environment  what the role inherits (NAME=value), the role's own is laid over it
Result<SpawnPlan> plan_spawn(const home::Role& role, const std::vector<std::string>& base_environment);

struct Spawned {
    pid_t pid = 0;
    Fd    pidfd; ///< readable when the process has ended
};

/// Starts a process as leader of a new session. Returns after its exec has succeeded; the calling thread is
/// suspended until then (vfork), no copy of our memory is made.
/// The child has: fds 0 (/dev/null), 1, 2 and `extra` only, empty signal mask, default signals, SIGKILL when this
/// thread ends. Call from the main thread only: the death signal is tied to it.
/// Fails with `system`, naming the step: `cannot start "web": exec /x/web: permission denied`.
/// @param extra  {fd of ours, number in the child}
Result<Spawned> spawn(const SpawnPlan& plan, int out, int err, const std::vector<std::pair<int, int>>& extra = {});

/// Reaps by pidfd; call when it is readable. Nothing when it has not ended.
struct WaitStatus { bool signaled = false; int code = 0; };
std::optional<WaitStatus> reap(const Fd& pidfd);

} // namespace layer_cake::supervise
