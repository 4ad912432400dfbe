#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <fcntl.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/code_pages.hpp>
#include <layer_cake/core/pidfd.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/supervise/cgroup.hpp>
#include <layer_cake/supervise/guardian.hpp>
#include <layer_cake/supervise/tree.hpp>
#include <malloc.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace layer_cake::supervise {
namespace {

constexpr int patience_ms = 10'000; // for processes in uninterruptible sleep

sigset_t passed_on() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
        ::sigaddset(&set, number);
    return set;
}

/// What the command that started us happened to have open would stay open as long as the group lives.
void close_all_but(std::vector<int> kept) {
    std::sort(kept.begin(), kept.end());
    unsigned first = 3;
    for (const int fd : kept) {
        if (fd < static_cast<int>(first)) continue;
        if (static_cast<unsigned>(fd) > first) ::close_range(first, static_cast<unsigned>(fd) - 1, 0);
        first = static_cast<unsigned>(fd) + 1;
    }
    ::close_range(first, UINT_MAX, 0);
}

int exit_status(const siginfo_t& ended) {
    return ended.si_code == CLD_EXITED ? ended.si_status : 128 + ended.si_status;
}

/// The guardian's life while the supervisor runs.
int watch(pid_t supervisor, const Fd& pidfd) {
    const sigset_t set = passed_on();
    const Fd signals(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    for (;;) {
        pollfd waited[] = {{pidfd.get(), POLLIN, 0}, {signals.get(), POLLIN, 0}};
        // Without a descriptor for it (none was left) the supervisor is looked at now and then.
        ::poll(waited, 2, pidfd ? -1 : 100);
        signalfd_siginfo info;
        while (signals && ::read(signals.get(), &info, sizeof info) == sizeof info)
            ::kill(supervisor, SIGTERM);
        siginfo_t ended{};
        if (::waitid(P_PID, static_cast<id_t>(supervisor), &ended, WEXITED | WNOHANG) == 0 &&
            ended.si_pid == supervisor)
            return exit_status(ended);
    }
}

/// Keeps no terminal, pipe or folder busy.
void let_go() {
    if (const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC)); null)
        for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            ::dup2(null.get(), fd);
    ::prctl(PR_SET_NAME, "layer-cake-guard");
    [[maybe_unused]] const int moved = ::chdir("/"); // where that fails it stays where it is
}

} // namespace

int guard(const GuardedFiles& files, int report, int leash, const std::function<int(pid_t guardian)>& supervise) {
    const auto home = files.control.parent_path();
    const auto refuse = [&](Error error) {
        if (error.fault == Fault::busy) error.detail = "it is running already";
        write_report(report, error);
        return 1;
    };
    auto lock = home::Lock::take(files.lock);
    if (!lock) return refuse(lock.error());
    // Whoever removes the lock file takes the name away, and not this. A group that is just ending lets go of it last.
    auto folder = home::Lock::take_folder(home, std::chrono::seconds(1));
    if (!folder && folder.error().fault == Fault::busy) return refuse(folder.error());
    close_all_but({lock->fd(), folder ? folder->fd() : -1, report, leash});
    for (const int fd : {report, leash})
        if (fd >= 0) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    std::signal(SIGCHLD, SIG_DFL); // ignored, as some shells leave it, our children's ends would be lost
    become_subreaper();

    sigset_t before;
    const sigset_t held = passed_on(); // from before the fork on: none may end us and leave the supervisor alone
    ::sigprocmask(SIG_BLOCK, &held, &before);
    const pid_t guardian = ::getpid();
    const pid_t supervisor = ::fork(); // the lock goes with it: it is free when both are gone
    if (supervisor < 0) {
        write_report(report, system_error("cannot start the supervisor", errno));
        return 1;
    }
    if (supervisor == 0) {
        ::sigemptyset(&before); // a mask inherited from the command is no wish of anybody's
        ::sigprocmask(SIG_SETMASK, &before, nullptr);
        const int status = supervise(guardian);
        ::_exit(status); // what the command had at hand is not ours to tidy up
    }
    for (const int fd : {report, leash})
        if (fd >= 0) ::close(fd);
    let_go();
    ::malloc_trim(0);
    give_back_code_pages();

    const int status = watch(supervisor, open_pidfd(supervisor));
    kill_all_descendants({}, patience_ms);
    // The locks are still ours: nobody else's socket. (Another home may be where ours was removed.)
    ::unlinkat(folder ? folder->fd() : AT_FDCWD, (folder ? files.control.filename() : files.control).c_str(), 0);
    if (const auto cgroups = Cgroups::find()) cgroups->clear(supervisor);
    return status;
}

void write_report(int report, const Error& error) {
    const auto line = codec::write_json(
        codec::Object{{"error", codec::Object{{"fault", static_cast<int>(error.fault)}, {"detail", error.detail}}}});
    if (report >= 0 && ::write(report, line.data(), line.size()) < 0) return; // nobody listens any more
}

Result<int> read_report(std::string_view text) {
    if (text.empty()) return fail(Fault::failed, "the group ended before it could say why");
    const auto value = codec::parse_json(text);
    if (!value) return fail(Fault::failed, "the group said nothing that can be understood");
    if (const auto* pid = value->find("pid")) return static_cast<int>(pid->integer().value_or(0));
    const auto* error = value->find("error");
    const auto* fault = error ? error->find("fault") : nullptr;
    const auto* detail = error ? error->find("detail") : nullptr;
    if (!fault || !detail || !detail->string()) return fail(Fault::failed, "the group could not start");
    return fail(static_cast<Fault>(fault->integer().value_or(0)), *detail->string());
}

} // namespace layer_cake::supervise
