#pragma once

#include <filesystem>
#include <functional>
#include <layer_cake/core/result.hpp>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace layer_cake::supervise {

/// What the guardian needs of a home.
struct GuardedFiles {
    std::filesystem::path lock; ///< held from before the supervisor's start until everything below it is gone
    std::filesystem::path
        control; ///< a socket that is removed at the end; its folder, the home, is held as the lock is
};

/// Forks the supervisor, without exec, and stays as its guardian until it has ended and everything below it is gone.
/// In the supervisor `supervise` is called with the guardian's pid; what it returns is the exit status of both. Both
/// have the descriptors 0, 1, 2, the locks, `report` and `leash` and no others; the guardian keeps the locks alone.
/// SIGTERM, SIGINT, SIGHUP and SIGQUIT to the guardian become SIGTERM to the supervisor.
/// @param report  write_report goes there when the lock is taken or the fork fails; -1: nowhere
/// @param leash   for the supervisor, or -1
/// Returns, in the guardian only, the supervisor's exit status, 128 + its signal, or 1 when there was none.
int guard(const GuardedFiles& files, int report, int leash, const std::function<int(pid_t guardian)>& supervise);

/// Says on a new group's report pipe why there will be none: `{"error":{"fault":4,"detail":"..."}}`.
void write_report(int report, const Error& error);
/// What was said there: the supervisor's pid, or the error.
Result<int> read_report(std::string_view text);

} // namespace layer_cake::supervise
