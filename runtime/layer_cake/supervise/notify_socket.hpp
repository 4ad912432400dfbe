#pragma once

#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/core/result.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

/// The sd_notify protocol, both ways: a role tells us how it is, we tell whoever runs us.
namespace layer_cake::supervise {

/// What one datagram says. Lines with unknown names or values that break a rule are left out.
struct Notice {
    bool ready = false, reloading = false, stopping = false;
    bool watchdog = false;         ///< WATCHDOG=1: alive
    bool watchdog_trigger = false; ///< WATCHDOG=trigger: treat me as hung
    bool barrier = false;
    std::optional<std::string> status;      ///< at most 256 bytes; not made harmless for a terminal
    std::optional<pid_t> main_pid;          ///< as claimed: to be believed of a descendant only
    std::optional<int> error_number;        ///< ERRNO=
    std::optional<Duration> extend_timeout; ///< EXTEND_TIMEOUT_USEC=, at most a day
    std::optional<Duration> watchdog_time;  ///< WATCHDOG_USEC=, at most a day
};
Notice parse_notice(std::string_view datagram);

/// Where a role sends its notices: a datagram socket in the abstract namespace under a name nobody can guess. Datagrams
/// of other users than ours, root and the role's are dropped, and so are those above 4 KiB; file descriptors that come
/// with one are closed at once, which is all a BARRIER waits for. Kept across the role's restarts. Loop's thread.
class NotifySocket {
public:
    using Heard = std::function<void(const Notice& notice, pid_t sender)>;

    /// @param role_uid  the user of the role's processes
    /// @param heard     called from the loop; may destroy the socket
    static Result<std::unique_ptr<NotifySocket>> open(Loop& loop, uid_t role_uid, Heard heard);
    ~NotifySocket();

    /// The value of NOTIFY_SOCKET: `@layer-cake/...`.
    const std::string& name() const { return name_; }
    /// Hears what has been sent already, now: before a role's end is judged.
    void drain();

private:
    NotifySocket(Loop& loop, Fd fd, std::string name, uid_t role_uid, Heard heard);
    bool receive();

    Fd fd_;
    std::string name_;
    uid_t role_uid_;
    Heard heard_;
    Poll poll_;
    std::shared_ptr<bool> alive_;
};

/// Tells whoever runs us, by NOTIFY_SOCKET in our environment: `READY=1\nSTATUS=7 of 9 ready`.
/// Success when there is no such variable. Never waits: fails with `busy` when the receiver does not keep up.
Result<void> sd_notify(std::string_view text);

} // namespace layer_cake::supervise
