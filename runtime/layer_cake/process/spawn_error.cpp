#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/process/spawn_error.hpp>
#include <unistd.h>

namespace layer_cake::process {
namespace {

/// The program a script asks for in its first line, or empty.
std::string interpreter_of(const std::string& executable) {
    const Fd file(::open(executable.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    char head[256];
    if (!file) return {};
    const ssize_t got = ::read(file.get(), head, sizeof head);
    if (got < 3) return {};
    std::string_view line(head, static_cast<std::size_t>(got));
    if (!line.starts_with("#!")) return {};
    line = line.substr(2, line.find('\n') - 2);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    return std::string(line.substr(0, line.find_first_of(" \t")));
}

Error exec_error(const SpawnPlan& plan, int number) {
    const auto interpreter = interpreter_of(plan.executable);
    switch (number) {
    case ENOENT:
        if (::access(plan.executable.c_str(), F_OK) != 0)
            return {Fault::missing, fmt::format("executable \"{}\" not found", plan.executable)};
        if (interpreter.ends_with('\r'))
            return {Fault::invalid,
                    fmt::format("executable \"{}\" has a carriage return in its first line", plan.executable)};
        if (!interpreter.empty())
            return {Fault::missing, fmt::format("executable \"{}\" needs interpreter \"{}\", which is not found",
                                                plan.executable, interpreter)};
        return {Fault::missing,
                fmt::format("executable \"{}\" needs a dynamic loader that is not found", plan.executable)};
    case ENOEXEC:
        return {Fault::invalid,
                fmt::format("executable \"{}\" is no program this machine can run (a script begins with \"#!\")",
                            plan.executable)};
    case EACCES:
        if (!interpreter.empty() && ::access(plan.executable.c_str(), X_OK) == 0 &&
            ::access(interpreter.c_str(), X_OK) != 0)
            return {Fault::invalid, fmt::format("executable \"{}\" needs interpreter \"{}\", which is not executable",
                                                plan.executable, interpreter)};
        return system_error(fmt::format("cannot execute \"{}\"", plan.executable), number);
    case E2BIG:
        return {Fault::invalid, fmt::format("arguments and environment of \"{}\" are too long", plan.executable)};
    case EAGAIN:
        return {Fault::busy, fmt::format("cannot execute \"{}\": the user has too many processes", plan.executable)};
    default:
        return system_error(fmt::format("cannot execute \"{}\"", plan.executable), number);
    }
}

std::string_view limit_name(int resource) {
    switch (resource) {
    case RLIMIT_NOFILE:
        return "nofile";
    case RLIMIT_CORE:
        return "core";
    case RLIMIT_NPROC:
        return "nproc";
    case RLIMIT_AS:
        return "memory";
    default:
        return "?";
    }
}

} // namespace

Error clone_error(int error_number) {
    auto error = system_error("cannot make a process", error_number);
    if (error_number == EAGAIN || error_number == ENOMEM || error_number == EMFILE || error_number == ENFILE)
        error.fault = Fault::busy;
    return error;
}

Error child_error(const SpawnPlan& plan, const detail::ChildTask& task) {
    using detail::Step;
    const int number = task.failed_with;
    switch (task.failed_step) {
    case Step::cgroup:
        return system_error(fmt::format("cannot join cgroup \"{}\"", plan.cgroup), number);
    case Step::limit:
        return system_error(fmt::format("cannot set limit {}", limit_name(task.failed_limit)), number);
    case Step::nice:
        return system_error(fmt::format("cannot set nice {}", plan.limits.nice.value_or(0)), number);
    case Step::user:
        return system_error(fmt::format("cannot become user {}:{}", plan.uid, plan.gid), number);
    case Step::files:
        return system_error("cannot arrange its file descriptors", number);
    case Step::working_dir:
        if (number == ENOENT) return {Fault::missing, fmt::format("working_dir \"{}\" not found", plan.working_dir)};
        return system_error(fmt::format("cannot enter working_dir \"{}\"", plan.working_dir), number);
    case Step::parent:
        return {Fault::failed, "its supervisor has ended"};
    default:
        return exec_error(plan, number);
    }
}

} // namespace layer_cake::process
