#include <cerrno>
#include <fcntl.h>
#include <layer_cake/process/role_log.hpp>
#include <unistd.h>

namespace layer_cake::process {
namespace {

home::LogRules rules() {
    home::LogRules rules;
    rules.policy = home::LogRules::Policy::drop; // a program does not wait for its own log
    return rules;
}

} // namespace

Result<std::unique_ptr<RoleLog>> RoleLog::open(const std::string& role_folder) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return fail(system_error("cannot make a pipe", errno));
    return std::unique_ptr<RoleLog>(new RoleLog(role_folder, Fd(ends[0]), Fd(ends[1])));
}

RoleLog::RoleLog(const std::string& role_folder, Fd in, Fd out)
    : in_(std::move(in)), out_(std::move(out)), writer_(role_folder + "/logs", rules(), clock_) {}

void RoleLog::write(std::string_view line) {
    const std::lock_guard guard(mutex_);
    [[maybe_unused]] const auto written = ::write(out_.get(), line.data(), line.size()); // the pipe is empty
    (void)writer_.take(in_.get(), home::Stream::err, home::LogWriter::most_at_once);
}

} // namespace layer_cake::process
