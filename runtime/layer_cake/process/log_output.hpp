#pragma once

#include <atomic>
#include <layer_cake/object/runtime.hpp>
#include <layer_cake/process/role_log.hpp>
#include <memory>

namespace layer_cake::process {

/// The log of a process, on a file descriptor or in its role's folder, a write for each line:
/// `[00018825] 2026-11-23T00:29:23.121 ^ ...`. Any thread. What cannot be written is lost.
class LogOutput {
public:
    /// @param python_logs  the folder of a role of the Python library's command, whose file `fd` is: lines are without
    ///                     the process then, and a new file is begun in time; empty: none
    explicit LogOutput(int fd, object::LogLevel level, std::string python_logs = {})
        : fd_(fd), level_(level), python_logs_(std::move(python_logs)) {}
    LogOutput(std::unique_ptr<RoleLog> folder, object::LogLevel level) : folder_(std::move(folder)), level_(level) {}

    object::LogLevel level() const { return level_; }
    void line(const object::LogLine& line) const;
    /// Tells of what the runtime noticed: objects at level object, lost messages as warnings - the first, second,
    /// fourth, eighth and so on, with their number.
    void notice(const object::Notice& notice);

private:
    void destroyed(const object::Notice& notice);
    void lost(std::atomic<std::uint64_t>& count, const object::Notice& notice, std::string_view why);

    void go_to_next_file() const;

    std::unique_ptr<RoleLog> folder_;
    int fd_ = -1;
    object::LogLevel level_;
    std::string python_logs_;
    mutable std::atomic<std::uint64_t> lines_{0};
    std::atomic<std::uint64_t> dead_letters_{0}, overflows_{0}, dropped_{0};
};

} // namespace layer_cake::process
