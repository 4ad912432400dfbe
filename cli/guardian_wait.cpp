#include <cerrno>
#include <cli/guardian_wait.hpp>
#include <layer_cake/core/pidfd.hpp>
#include <layer_cake/supervise/tree.hpp>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace layer_cake::cli {

GuardianWatch::GuardianWatch(const supervise::GroupStatus& status) {
    if (status.pid <= 0) return;
    const pid_t guardian = supervise::look_at(status.pid).parent;
    if (Fd fd = open_pidfd(status.pid)) pidfds_.push_back(std::move(fd));
    if (status.guarded && guardian > 1)
        if (Fd fd = open_pidfd(guardian)) pidfds_.push_back(std::move(fd));
}

Result<void> GuardianWatch::wait(const home::Home& home, Duration patience) const {
    using std::chrono::ceil;
    using std::chrono::milliseconds;
    const SystemClock clock;
    const Instant until = clock.now() + patience;
    for (const Fd& fd : pidfds_) {
        for (;;) {
            int left = -1;
            if (patience > Duration::zero()) {
                const auto rest = ceil<milliseconds>(until - clock.now()).count();
                left = rest > 0 ? static_cast<int>(std::min<long long>(rest, 1 << 30)) : 0;
            }
            pollfd waited{fd.get(), POLLIN, 0};
            const int ready = ::poll(&waited, 1, left);
            if (ready > 0) break;
            if (ready < 0 && errno == EINTR) continue;
            return fail(Fault::timed_out, "what the group started is not all gone yet");
        }
    }
    if (!home.running()) return layer_cake::ok();
    // Held by somebody else: a new group started meanwhile, or a guardian that could not be looked up.
    if (!pidfds_.empty()) return layer_cake::ok();
    // The guardian gives processes that do not end 10 seconds.
    const Duration rest =
        patience > Duration::zero() ? std::max<Duration>(until - clock.now(), Duration(1)) : std::chrono::seconds(15);
    auto lock = home::Lock::take(home.paths().group_lock(), rest);
    if (!lock) return fail(Fault::timed_out, "its group runs, and has no control socket that answers");
    return layer_cake::ok();
}

} // namespace layer_cake::cli
