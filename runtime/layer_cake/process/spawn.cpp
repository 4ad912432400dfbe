#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/process/spawn.hpp>
#include <layer_cake/process/spawn_child.hpp>
#include <layer_cake/process/spawn_error.hpp>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

// clang's thread sanitizer takes every `clone` for a fork and loses its own state when memory is shared; the same
// function of glibc by its other name goes past it.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
extern "C" int __clone(int (*run)(void*), void* stack, int flags, void* argument, ...);
#define clone __clone
#endif
#endif

namespace layer_cake::process {
namespace {

using detail::ChildTask;
using detail::Limit;
using detail::Move;

std::optional<rlimit64> given_nofile; // before raise_nofile

/// The child's stack, kept by the thread: it is suspended while the child is on it.
class Stack {
public:
    Stack()
        : base_(::mmap(nullptr, size + guard, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)) {
        if (base_ != MAP_FAILED) ::mprotect(base_, guard, PROT_NONE);
    }
    ~Stack() {
        if (base_ != MAP_FAILED) ::munmap(base_, size + guard);
    }
    Stack(const Stack&) = delete;
    Stack& operator=(const Stack&) = delete;

    void* top() const { return base_ == MAP_FAILED ? nullptr : static_cast<char*>(base_) + guard + size; }

private:
    static constexpr std::size_t size = 32 << 10, guard = 4096;
    void* base_;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> list;
    list.reserve(texts.size() + 1);
    for (const auto& text : texts)
        list.push_back(const_cast<char*>(text.c_str()));
    list.push_back(nullptr);
    return list;
}

std::vector<Limit> limits_of(const home::Limits& limits) {
    std::vector<Limit> list;
    const auto add = [&](int resource, const std::optional<std::uint64_t>& value) {
        if (value) list.push_back({resource, {*value, *value}});
    };
    add(RLIMIT_CORE, limits.core);
    add(RLIMIT_NPROC, limits.nproc);
    add(RLIMIT_AS, limits.memory);
    add(RLIMIT_NOFILE, limits.nofile);
    if (!limits.nofile && given_nofile) list.push_back({RLIMIT_NOFILE, *given_nofile});
    return list;
}

std::vector<Move> moves_of(int out, int err, const std::vector<std::pair<int, int>>& extra) {
    std::vector<Move> moves{{-1, 0}, {out, 1}, {err, 2}}; // -1: /dev/null
    for (const auto& [from, to] : extra)
        if (to == 0)
            moves.front().from = from;
        else
            moves.push_back({from, to});
    std::sort(moves.begin(), moves.end(), [](const Move& a, const Move& b) { return a.to < b.to; });
    return moves;
}

/// Low numbers of our table under which a child finds what it is given. It shares the table at first and takes only
/// the part up to the last of them along.
class Stage {
public:
    /// Replaces the sources of `moves` by numbers of the stage. Where it fails errno says why.
    bool enter(std::vector<Move>& moves) {
        if (owner_ != ::getpid()) disown();
        if (!null_) null_ = Fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
        while (slots_.size() < std::max(moves.size(), first_size)) {
            Fd slot(::fcntl(null_.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
            if (!slot) return false;
            slots_.push_back(std::move(slot));
        }
        used_ = 0;
        for (auto& move : moves) {
            if (move.from < 0)
                move.from = null_.get();
            else if (::dup3(move.from, slots_[used_].get(), O_CLOEXEC) < 0)
                return false;
            else
                move.from = slots_[used_++].get();
        }
        return true;
    }
    /// Nothing that was given away is held open.
    void leave() {
        for (std::size_t i = 0; i < used_; ++i)
            ::dup3(null_.get(), slots_[i].get(), O_CLOEXEC);
    }
    unsigned above() const {
        int last = null_.get();
        for (const auto& slot : slots_)
            last = std::max(last, slot.get());
        return static_cast<unsigned>(last) + 1;
    }

private:
    /// What was reserved before a fork may be closed here, or another's by now: it is neither used nor closed.
    void disown() {
        owner_ = ::getpid();
        null_.release();
        for (auto& slot : slots_)
            slot.release();
        slots_.clear();
    }

    static constexpr std::size_t first_size = 4; // out, err, and two more
    pid_t owner_ = 0;
    Fd null_;
    std::vector<Fd> slots_;
    std::size_t used_ = 0;
};

/// No handler of ours may run in the child while it shares our memory.
class BlockedSignals {
public:
    BlockedSignals() {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;

private:
    sigset_t before_{};
};

} // namespace

Result<Spawned> spawn(const SpawnPlan& plan, int out, int err, const std::vector<std::pair<int, int>>& extra) {
    const auto arguments = pointers(plan.arguments), environment = pointers(plan.environment);
    const auto limits = limits_of(plan.limits);
    std::vector<Move> moves = moves_of(out, err, extra);
    thread_local Stack stack;
    if (!stack.top()) return fail(Fault::busy, "no memory for a new process");
    ChildTask task{};
    thread_local Stage stage;
    if (!stage.enter(moves)) {
        task.failed_step = detail::Step::files;
        task.failed_with = errno;
        stage.leave();
        return fail(child_error(plan, task));
    }
    task.executable = plan.executable.c_str();
    task.arguments = arguments.data();
    task.environment = environment.data();
    task.working_dir = plan.working_dir.empty() ? nullptr : plan.working_dir.c_str();
    task.cgroup = plan.cgroup.empty() ? nullptr : plan.cgroup.c_str();
    task.moves = moves.data();
    task.move_count = moves.size();
    task.above = stage.above();
    task.limits = limits.data();
    task.limit_count = limits.size();
    task.nice = plan.limits.nice ? &*plan.limits.nice : nullptr;
    task.umask = plan.umask ? &*plan.umask : nullptr;
    task.change_user = plan.change_user;
    task.uid = plan.uid;
    task.gid = plan.gid;
    task.groups = plan.groups.data();
    task.group_count = plan.groups.size();
    task.parent = ::getpid();

    int pidfd = -1;
    pid_t pid;
    int refused;
    {
        const BlockedSignals blocked;
        pid = ::clone(detail::run_child, stack.top(), CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_PIDFD | SIGCHLD,
                      &task, &pidfd);
        refused = errno;
    }
    stage.leave();
    if (pid < 0) return fail(clone_error(refused));
    Spawned spawned{pid, Fd(pidfd)};
    if (task.failed_step == detail::Step::none) return spawned;
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED);
    return fail(child_error(plan, task));
}

std::optional<WaitStatus> reap(const Fd& pidfd) {
    constexpr auto p_pidfd = static_cast<idtype_t>(3); // P_PIDFD
    siginfo_t info{};
    int done;
    do {
        done = ::waitid(p_pidfd, static_cast<id_t>(pidfd.get()), &info, WEXITED | WNOHANG);
    } while (done != 0 && errno == EINTR);
    if (done != 0 || info.si_pid == 0) return std::nullopt;
    return WaitStatus{info.si_code != CLD_EXITED, info.si_status};
}

void raise_nofile() {
    rlimit64 limit{};
    if (::getrlimit64(RLIMIT_NOFILE, &limit) != 0) return;
    if (!given_nofile) given_nofile = limit;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit64(RLIMIT_NOFILE, &limit);
}

} // namespace layer_cake::process
