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
    explicit LogOutput(int fd, object::LogLevel level) : fd_(fd), level_(level) {}
    LogOutput(std::unique_ptr<RoleLog> folder, object::LogLevel level) : folder_(std::move(folder)), level_(level) {}

    object::LogLevel level() const { return level_; }
    void line(const object::LogLine& line) const;
    /// Tells of what the runtime noticed: objects at level object, lost messages as warnings - the first, second,
    /// fourth, eighth and so on, with their number.
    void notice(const object::Notice& notice);

private:
    void destroyed(const object::Notice& notice);
    void lost(std::atomic<std::uint64_t>& count, const object::Notice& notice, std::string_view why);

    std::unique_ptr<RoleLog> folder_;
    int fd_ = -1;
    object::LogLevel level_;
    std::atomic<std::uint64_t> dead_letters_{0}, overflows_{0}, dropped_{0};
};

} // namespace layer_cake::process
