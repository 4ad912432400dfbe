#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/pidfd.hpp>
#include <layer_cake/supervise/group_process.hpp>
#include <layer_cake/supervise/guardian.hpp>
#include <layer_cake/supervise/supervisor.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace layer_cake::supervise {
namespace {

constexpr int report_number = 3, leash_number = 4; // in the group's process

std::string own_executable() {
    char path[4096];
    const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path - 1);
    if (length > 0) {
        path[length] = '\0';
        if (::access(path, X_OK) == 0) return path; // ps shows its name
    }
    return "/proc/self/exe"; // replaced or removed since we were started
}

std::vector<std::string> group_arguments(const home::Home& home, const GroupOptions& options) {
    std::vector<std::string> arguments = {"layer-cake", "group", "--home-path=" + home.paths().home.string(),
                                          fmt::format("--report-fd={}", report_number)};
    if (!options.main_role.empty()) arguments.push_back("--main-role=" + options.main_role);
    for (const auto& role : options.roles)
        arguments.push_back("--role=" + role);
    if (options.foreground) {
        arguments.push_back("--foreground");
        arguments.push_back(fmt::format("--leash-fd={}", leash_number));
    }
    return arguments;
}

/// What posix_spawn is to do between fork and exec.
class Actions {
public:
    Actions() {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawnattr_init(&attributes_);
        sigset_t all, none;
        ::sigfillset(&all);
        ::sigemptyset(&none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        // A session of its own: the terminal's signals are for the command, which passes on what they mean.
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    ~Actions() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;

    void null(int number, int flags) { ::posix_spawn_file_actions_addopen(&files_, number, "/dev/null", flags, 0); }
    void move(const Fd& from, int number) { ::posix_spawn_file_actions_adddup2(&files_, from.get(), number); }
    void close_from(int number) { ::posix_spawn_file_actions_addclosefrom_np(&files_, number); }

    int run(pid_t& pid, const std::string& executable, char* const* arguments) {
        return ::posix_spawn(&pid, executable.c_str(), &files_, &attributes_, arguments, environ);
    }

private:
    posix_spawn_file_actions_t files_;
    posix_spawnattr_t attributes_;
};

struct Pipe {
    Fd read, write;
};

/// Both ends above the numbers that are given away, so that none is overwritten by another.
Result<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return fail(system_error("cannot make a pipe", errno));
    const Fd low_read(ends[0]), low_write(ends[1]);
    Pipe pipe{Fd(::fcntl(ends[0], F_DUPFD_CLOEXEC, leash_number + 1)),
              Fd(::fcntl(ends[1], F_DUPFD_CLOEXEC, leash_number + 1))};
    if (!pipe.read || !pipe.write) return fail(system_error("cannot make a pipe", errno));
    return pipe;
}

std::string read_all(const Fd& fd) {
    std::string text;
    char bytes[4096];
    ssize_t got;
    while ((got = ::read(fd.get(), bytes, sizeof bytes)) > 0 || (got < 0 && errno == EINTR))
        if (got > 0) text.append(bytes, static_cast<std::size_t>(got));
    return text;
}

} // namespace

Result<StartedGroup> start_group(const home::Home& home, const GroupOptions& options) {
    auto report = make_pipe();
    if (!report) return fail(std::move(report).error());
    Pipe leash;
    if (options.foreground) {
        auto made = make_pipe();
        if (!made) return fail(std::move(made).error());
        leash = std::move(*made);
    }
    Actions actions;
    actions.null(STDIN_FILENO, O_RDONLY);
    actions.null(STDOUT_FILENO, O_WRONLY);
    // A command started without a stderr has none to give away.
    if (!options.foreground || ::fcntl(STDERR_FILENO, F_GETFD) < 0) actions.null(STDERR_FILENO, O_WRONLY);
    actions.move(report->write, report_number);
    if (leash.read) actions.move(leash.read, leash_number);
    actions.close_from(leash.read ? leash_number + 1 : report_number + 1);

    auto arguments = group_arguments(home, options);
    std::vector<char*> pointers;
    for (auto& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    pid_t pid = 0;
    if (const int error = actions.run(pid, own_executable(), pointers.data()); error != 0)
        return fail(system_error("cannot start the group", error));

    StartedGroup started;
    started.guardian = open_pidfd(pid);
    report->write.reset();
    leash.read.reset();
    const auto said = read_report(read_all(report->read));
    if (!said) {
        leash.write.reset();
        ::waitpid(pid, nullptr, 0);
        return fail(said.error());
    }
    started.pid = *said;
    started.leash = std::move(leash.write);
    return started;
}

int run_group(const home::Home& home, const GroupOptions& options, int report, int leash) {
    return guard({home.paths().group_lock(), home.paths().control()}, report, leash,
                 [&](pid_t guardian) { return run_supervisor(home, options, report, leash, guardian); });
}

} // namespace layer_cake::supervise
