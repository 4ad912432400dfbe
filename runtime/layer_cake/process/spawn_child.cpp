#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <layer_cake/process/spawn_child.hpp>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Instrumented code would write to the parent's shadow memory and stacks, which this process only borrows.
#if defined(__clang__)
#define LAYER_CAKE_BARE                                                                                                \
    __attribute__((disable_sanitizer_instrumentation, no_sanitize("address", "thread", "undefined")))
#else
#define LAYER_CAKE_BARE __attribute__((no_sanitize_address, no_sanitize_thread, no_sanitize_undefined))
#endif

namespace layer_cake::process::detail {
namespace {

constexpr int last_signal = 64;

// The kernel's own shape of a signal action; libc's wrapper refuses its two internal signals.
struct KernelAction {
    void* handler;
    unsigned long flags;
    void* restorer;
    std::uint64_t mask;
};

LAYER_CAKE_BARE bool fails(ChildTask& task, Step step) {
    task.failed_step = step;
    task.failed_with = errno;
    return false;
}

/// An ignored signal would stay ignored after exec, and a handler could run here, in the parent's memory.
LAYER_CAKE_BARE void default_signals() {
    for (int number = 1; number <= last_signal; ++number) {
        KernelAction action;
        if (::syscall(SYS_rt_sigaction, number, nullptr, &action, sizeof action.mask) != 0 || action.handler == nullptr)
            continue;
        action.handler = nullptr;
        action.flags = 0;
        action.mask = 0;
        ::syscall(SYS_rt_sigaction, number, &action, nullptr, sizeof action.mask);
    }
}

LAYER_CAKE_BARE bool join_cgroup(ChildTask& task) {
    if (!task.cgroup) return true;
    const auto fd = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, task.cgroup, O_WRONLY | O_CLOEXEC));
    if (fd < 0) return fails(task, Step::cgroup);
    const char self = '0';
    const bool written = ::syscall(SYS_write, fd, &self, 1) == 1;
    if (!written) fails(task, Step::cgroup);
    ::syscall(SYS_close, fd);
    return written;
}

/// A table of our own, with the few lowest entries of the parent's: it may have thousands, and a copy of all that is
/// closed at once is what a spawn would take most time for.
LAYER_CAKE_BARE bool own_files(ChildTask& task) {
    constexpr unsigned unshare_first = 1u << 1; // CLOSE_RANGE_UNSHARE
    if (::syscall(SYS_close_range, task.above, ~0u, unshare_first) == 0) return true;
    return ::syscall(SYS_unshare, CLONE_FILES) == 0 || fails(task, Step::files);
}

/// Sources are first moved above all targets, so that no target overwrites one that is still needed.
LAYER_CAKE_BARE bool arrange_files(ChildTask& task) {
    const int above = task.moves[task.move_count - 1].to + 1;
    for (std::size_t i = 0; i < task.move_count; ++i) {
        int& from = task.moves[i].from;
        if (from >= above) continue;
        from = static_cast<int>(::syscall(SYS_fcntl, from, F_DUPFD_CLOEXEC, above));
        if (from < 0) return fails(task, Step::files);
    }
    for (std::size_t i = 0; i < task.move_count; ++i)
        if (::syscall(SYS_dup3, task.moves[i].from, task.moves[i].to, 0) < 0) return fails(task, Step::files);
    return true;
}

LAYER_CAKE_BARE bool wanted(const ChildTask& task, long fd) {
    for (std::size_t i = 0; i < task.move_count; ++i)
        if (task.moves[i].to == fd) return true;
    return false;
}

/// Without close_range(2): closes what /proc/self/fd lists. The list may skip entries as it shrinks, so it is read
/// until nothing new is in it.
LAYER_CAKE_BARE void close_listed(const ChildTask& task) {
    struct Entry {
        std::uint64_t inode;
        std::int64_t offset;
        unsigned short length;
        unsigned char type;
        char name[];
    };
    for (bool closed = true; closed;) {
        closed = false;
        const auto fd_table =
            static_cast<int>(::syscall(SYS_openat, AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (fd_table < 0) return; // everything of ours is close-on-exec anyway
        alignas(8) char buffer[2048];
        for (long got; (got = ::syscall(SYS_getdents64, fd_table, buffer, sizeof buffer)) > 0;) {
            for (long at = 0; at < got;) {
                const auto* entry = reinterpret_cast<const Entry*>(buffer + at);
                at += entry->length;
                if (entry->name[0] < '0' || entry->name[0] > '9') continue;
                long fd = 0;
                for (const char* digit = entry->name; *digit != '\0'; ++digit)
                    fd = fd * 10 + (*digit - '0');
                if (fd == fd_table || wanted(task, fd)) continue;
                closed |= ::syscall(SYS_close, fd) == 0;
            }
        }
        ::syscall(SYS_close, fd_table);
    }
}

LAYER_CAKE_BARE void close_others(const ChildTask& task) {
    unsigned first = 0;
    for (std::size_t i = 0; i <= task.move_count; ++i) {
        const unsigned end = i < task.move_count ? static_cast<unsigned>(task.moves[i].to) : ~0u;
        if (end > first && ::syscall(SYS_close_range, first, i < task.move_count ? end - 1 : ~0u, 0) != 0)
            return close_listed(task);
        first = end + 1;
    }
}

LAYER_CAKE_BARE bool set_limits(ChildTask& task) {
    for (std::size_t i = 0; i < task.limit_count; ++i) {
        if (::syscall(SYS_prlimit64, 0, task.limits[i].resource, &task.limits[i].value, nullptr) == 0) continue;
        task.failed_limit = task.limits[i].resource;
        return fails(task, Step::limit);
    }
    if (task.nice && ::syscall(SYS_setpriority, PRIO_PROCESS, 0, *task.nice) != 0) return fails(task, Step::nice);
    return true;
}

/// By system calls: libc's would change the user of every thread of the parent.
LAYER_CAKE_BARE bool become_user(ChildTask& task) {
    if (!task.change_user) return true;
    if (::syscall(SYS_setgroups, task.group_count, task.groups) != 0 ||
        ::syscall(SYS_setresgid, task.gid, task.gid, task.gid) != 0 ||
        ::syscall(SYS_setresuid, task.uid, task.uid, task.uid) != 0)
        return fails(task, Step::user);
    return true;
}

/// After the change of user, which would clear the death signal.
LAYER_CAKE_BARE bool tie_to_parent(ChildTask& task) {
    ::syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (::syscall(SYS_getppid) == task.parent) return true;
    errno = ESRCH;
    return fails(task, Step::parent);
}

LAYER_CAKE_BARE bool prepare(ChildTask& task) {
    default_signals();
    ::syscall(SYS_setsid);
    if (!own_files(task) || !join_cgroup(task) || !arrange_files(task)) return false;
    close_others(task);
    if (!set_limits(task) || !become_user(task) || !tie_to_parent(task)) return false;
    if (task.working_dir && ::syscall(SYS_chdir, task.working_dir) != 0) return fails(task, Step::working_dir);
    if (task.umask) ::syscall(SYS_umask, *task.umask);
    return true;
}

} // namespace

LAYER_CAKE_BARE int run_child(void* argument) {
    auto& task = *static_cast<ChildTask*>(argument);
    if (prepare(task)) {
        const std::uint64_t none = 0;
        ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, nullptr, sizeof none);
        ::syscall(SYS_execve, task.executable, task.arguments, task.environment);
        fails(task, Step::exec);
    }
    ::syscall(SYS_exit_group, 127);
    return 127; // never reached
}

} // namespace layer_cake::process::detail
