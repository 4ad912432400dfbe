#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/supervise/group_process.hpp>
#include <layer_cake/supervise/spawn.hpp>
#include <layer_cake/supervise/supervisor.hpp>
#include <layer_cake/supervise/tree.hpp>
#include <poll.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

namespace layer_cake::supervise {

namespace {

/// What the group said on its report pipe: its pid, or why there is none.
Result<int> read_report(int fd) {
    std::string text;
    char        bytes[4096];
    ssize_t     got;
    while ((got = ::read(fd, bytes, sizeof bytes)) > 0 || (got < 0 && errno == EINTR))
        if (got > 0) text.append(bytes, static_cast<std::size_t>(got));
    if (text.empty()) return fail(Fault::failed, "the group ended before it could say why");
    auto value = codec::parse_json(text);
    if (!value) return fail(Fault::failed, "the group said nothing that can be understood");
    if (const auto* pid = value->find("pid")) return static_cast<int>(pid->integer().value_or(0));
    const auto* error  = value->find("error");
    const auto* fault  = error ? error->find("fault") : nullptr;
    const auto* detail = error ? error->find("detail") : nullptr;
    return fail(static_cast<Fault>(fault ? fault->integer().value_or(0) : 0),
                detail && detail->string() ? *detail->string() : "the group could not start");
}

void report_error(int report, const Error& error) {
    const auto line = codec::write_json(codec::Object{
        {"error", codec::Object{{"fault", static_cast<int>(error.fault)}, {"detail", error.detail}}}});
    if (report >= 0 && ::write(report, line.data(), line.size()) < 0) return; // nobody listens any more
}

/// The guardian's whole life once the supervisor runs. No allocation that could fail, nothing that could block but poll.
int guard(pid_t supervisor, const Fd& pidfd) {
    sigset_t passed_on;
    sigemptyset(&passed_on);
    for (int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
        sigaddset(&passed_on, number);
    ::sigprocmask(SIG_BLOCK, &passed_on, nullptr);
    Fd signals(::signalfd(-1, &passed_on, SFD_CLOEXEC | SFD_NONBLOCK));
    int status = 1;
    for (;;) {
        pollfd waited[] = {{pidfd.get(), POLLIN, 0}, {signals.get(), POLLIN, 0}};
        if (::poll(waited, 2, -1) < 0 && errno != EINTR) break;
        signalfd_siginfo info;
        while (signals && ::read(signals.get(), &info, sizeof info) == sizeof info)
            ::pidfd_send_signal(pidfd.get(), SIGTERM, nullptr, 0);
        siginfo_t ended{};
        if (::waitid(P_PID, static_cast<id_t>(supervisor), &ended, WEXITED | WNOHANG) == 0 && ended.si_pid == supervisor) {
            status = ended.si_code == CLD_EXITED ? ended.si_status : 128 + ended.si_status;
            break;
        }
    }
    return status;
}

} // namespace

Result<StartedGroup> start_group(const home::Home& home, const GroupOptions& options) {
    int report[2], leash[2] = {-1, -1};
    if (::pipe2(report, O_CLOEXEC) < 0) return fail(system_error("cannot make a pipe", errno));
    Fd report_read(report[0]), report_write(report[1]);
    if (options.foreground && ::pipe2(leash, O_CLOEXEC) < 0) return fail(system_error("cannot make a pipe", errno));
    Fd leash_read(leash[0]), leash_write(leash[1]);

    std::vector<std::string> arguments = {"layer-cake", "group", "--home-path=" + home.paths().home.string(),
                                          fmt::format("--report-fd={}", report[1])};
    if (!options.main_role.empty()) arguments.push_back("--main-role=" + options.main_role);
    for (const auto& role : options.roles)
        arguments.push_back("--role=" + role);
    if (options.foreground) {
        arguments.push_back("--foreground");
        arguments.push_back(fmt::format("--leash-fd={}", leash[0]));
    }
    std::vector<char*> argv;
    for (auto& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);

    const pid_t pid = ::fork();
    if (pid < 0) return fail(system_error("cannot start the group", errno));
    if (pid == 0) {
        ::setsid(); // the terminal's signals are for the command, which passes on what they mean
        const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        ::dup2(null, STDIN_FILENO);
        ::dup2(null, STDOUT_FILENO);
        if (!options.foreground) ::dup2(null, STDERR_FILENO);
        ::fcntl(report[1], F_SETFD, 0);
        if (leash[0] >= 0) ::fcntl(leash[0], F_SETFD, 0);
        ::execv("/proc/self/exe", argv.data());
        ::_exit(127);
    }
    StartedGroup started;
    started.guardian.reset(::pidfd_open(pid, 0));
    report_write.reset();
    auto said = read_report(report_read.get());
    if (!said) {
        ::waitpid(pid, nullptr, 0);
        return fail(said.error());
    }
    started.pid   = *said;
    started.leash = std::move(leash_write);
    return started;
}

int run_group(const home::Home& home, const GroupOptions& options, int report, int leash) {
    // Whatever the command had open is not ours to keep.
    for (int fd : {report, leash})
        if (fd >= 0) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    auto lock = home::Lock::take(home.paths().group_lock());
    if (!lock) {
        report_error(report, lock.error().fault == Fault::busy
                                 ? Error{Fault::busy, fmt::format("the group of \"{}\" is running already", home.paths().home.string())}
                                 : lock.error());
        return 1;
    }
    become_subreaper();
    ::chdir("/") == 0 ? void() : void(); // no folder is kept from being unmounted
    const pid_t guardian   = ::getpid();
    const pid_t supervisor = ::fork(); // the lock goes with it: it is free when both are gone
    if (supervisor < 0) {
        report_error(report, system_error("cannot start the supervisor", errno));
        return 1;
    }
    if (supervisor == 0) return run_supervisor(home, options, report, leash, guardian);
    if (report >= 0) ::close(report);
    if (leash >= 0) ::close(leash);
    ::prctl(PR_SET_NAME, "layer-cake-guard");
    Fd        pidfd(::pidfd_open(supervisor, 0));
    const int status = guard(supervisor, pidfd);
    kill_all_descendants({}, 10'000);
    ::unlink(home.paths().control().c_str()); // the lock is still ours: nobody else's socket
    return status;
}

} // namespace layer_cake::supervise
