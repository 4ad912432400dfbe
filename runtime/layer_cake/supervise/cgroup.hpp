#pragma once

#include <layer_cake/core/result.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

/// Control groups, where a part of the cgroup v2 tree has been given to us. A bonus: everything works without.
namespace layer_cake::supervise {

/// The folder `layer-cake.<pid>` below the delegated cgroup, with one child per role. Nobody leaves one by forking.
///
/// Delegated means: LAYER_CAKE_CGROUP names it, or our own cgroup is marked (user.delegate or trusted.delegate is 1),
/// or it belongs to us and we are not root. Anything else is left alone.
class Cgroups {
public:
    /// Nothing when no cgroup is delegated, or it cannot be written to.
    static std::optional<Cgroups> find();

    /// Makes the role's cgroup. The path of its cgroup.procs, for SpawnPlan::cgroup.
    Result<std::string> make(std::string_view role) const;
    /// SIGKILL to everything in it at once. False when that is not to be had: kill one by one.
    bool kill(std::string_view role) const;
    /// Whether a process (zombies not counted) is in it.
    bool populated(std::string_view role) const;
    /// Removes the role's cgroup. False while a process is in it.
    bool remove(std::string_view role) const;
    /// Removes what is empty of the folder. At the group's end; also for a supervisor that was killed, by its pid.
    void clear(pid_t supervisor) const;

    const std::string& folder() const { return folder_; }

private:
    explicit Cgroups(std::string base);
    std::string path(std::string_view role, std::string_view file = {}) const;

    std::string base_;
    std::string folder_;
};

} // namespace layer_cake::supervise
