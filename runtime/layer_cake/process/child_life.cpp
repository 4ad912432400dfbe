#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/process/child_context.hpp>
#include <layer_cake/process/child_life.hpp>
#include <sys/stat.h>
#include <unistd.h>

namespace layer_cake::process {

Result<std::optional<ChildLife>> ChildLife::find() {
    const char* given = std::getenv(session_variable);
    if (!given) return std::nullopt;
    const std::string text = given;
    ::unsetenv(session_variable);
    struct stat facts {};
    if (text != std::to_string(session_descriptor) || ::fstat(session_descriptor, &facts) != 0 ||
        !S_ISSOCK(facts.st_mode))
        return fail(Fault::invalid, fmt::format("{}={} names no socket", session_variable, text));
    ::fcntl(session_descriptor, F_SETFD, FD_CLOEXEC);
    ::fcntl(session_descriptor, F_SETFL, O_NONBLOCK);
    Fd session(session_descriptor);
    Fd output(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, session_descriptor + 1));
    if (!output || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return fail(system_error("cannot keep stdout", errno));
    return ChildLife(std::move(session), std::move(output));
}

} // namespace layer_cake::process
