#pragma once

#include <filesystem>
#include <layer_cake/home/history.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/process/python_module.hpp>
#include <layer_cake/process/spawn.hpp>
#include <layer_cake/supervise/module_log.hpp>
#include <layer_cake/supervise/module_output.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace layer_cake::supervise {

/// What a role's process is in its home, where the role is a module of the Python library (process/python_module.hpp).
///
/// The role is ours by the library's own lock, `lock/head`, so that neither its command nor another group runs it, too,
/// and that command's `status` and `stop` find it. The role's files are there before the module looks for them. In a
/// home that that command has made its `log` finds what the module logs.
class ModuleLife {
public:
    /// @param out, err  the write ends of the log's pipes
    ModuleLife(Loop& loop, std::filesystem::path role_folder, int out, int err)
        : loop_(loop), folder_(std::move(role_folder)), output_(loop, out), err_(err) {}

    /// Fails with `busy` where the role runs already, as plan_spawn does, and where a file cannot be written.
    /// @param module       the file that `role` names
    /// @param environment  what the role inherits, NAME=value
    /// @param orders       where its directory connects to
    Result<process::SpawnPlan> prepare(const home::Role& role, const std::filesystem::path& module,
                                       const home::Paths& paths, const std::vector<std::string>& environment,
                                       process::ModuleOrders orders);
    int out() const { return output_.child_end(); }             ///< for its stdout
    int err() const { return log_ ? log_->child_end() : err_; } ///< for its stderr
    void started(pid_t pid);
    /// The leader has ended. What it has returned is kept for `layer-cake returned`. A fault is an end by status 71
    /// whatever the status was - a module that could not begin says 0 - and tells why.
    void ended(pid_t pid, home::Ended& how);

private:
    Result<void> take_lock();

    Loop& loop_;
    std::filesystem::path folder_;
    ModuleOutput output_;
    int err_;
    std::optional<ModuleLog> log_; ///< where the library's command looks at the role's log, too
    std::optional<home::Lock> lock_;
};

/// The words of a value that is a fault, whatever its class: `aborted (user or software interrupt)`; pure.
/// @param value  `{"value":[signature, word, aliases]}`, as a module prints it
std::optional<std::string> fault_in(std::string_view value);

} // namespace layer_cake::supervise
