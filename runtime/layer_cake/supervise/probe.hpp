#pragma once

#include <functional>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/home/role.hpp>
#include <memory>
#include <set>
#include <string>
#include <sys/types.h>
#include <vector>

/// Asking a role how it is, over and over, by what its file says.
namespace layer_cake::supervise {

/// Turns answers into verdicts. Pure.
///
///     answers in a row              verdict (once, until the other one is given)
///     success_threshold successes   good
///     failure_threshold failures    bad
class ProbeCount {
public:
    enum class Verdict { none, good, bad };

    ProbeCount(int success_threshold, int failure_threshold)
        : success_threshold_(success_threshold), failure_threshold_(failure_threshold) {}

    Verdict after(bool success);
    Verdict last() const { return last_; } ///< `none` until a threshold was reached

private:
    int success_threshold_, failure_threshold_;
    int in_row_ = 0;
    bool success_ = false; ///< what the answers in a row were
    Verdict last_ = Verdict::none;
};

class ProbeAttempt;

/// Asks one probe of one running process. Attempts never overlap: the next one begins `period` after the last one
/// began, or when that has ended if it took longer. Destroying the prober ends an attempt under way, silently.
///
/// `tcp_socket`, `http_get` and `exec` are asked. For `log_line`, `notify` and `fd` nothing is asked: the owner hears
/// of them elsewhere and calls `report`.
///
/// Loop's thread. Callbacks come from the loop, never from inside a call of this class, and may destroy the prober.
class Prober {
public:
    enum class Purpose {
        ready, ///< until it succeeds; `timeout` is of the whole start (`initial_delay` included), then `failed`, once.
               ///< One attempt gets 5 s at most.
        check, ///< for ever; `timeout` is of one attempt
    };
    struct Events {
        std::function<void()> succeeded;                       ///< the role is fine from now on
        std::function<void(const std::string& reason)> failed; ///< it is not: `exit 1: NOAUTH`, `connection refused`
        std::function<void(const std::string& text)> answered; ///< every attempt, after it; may be empty
    };

    /// Begins: the first attempt is made after `initial_delay`.
    /// @param role         as long as the prober; gives `exec` its folder, user and environment
    /// @param environment  as long as the prober; what the role inherits
    /// @param helpers      as long as the prober; holds the pid of an `exec` under way, which is reaped here and
    /// nowhere else
    Prober(Loop& loop, home::Probe probe, Purpose purpose, const home::Role& role,
           const std::vector<std::string>& environment, std::set<pid_t>& helpers, Events events);
    ~Prober();
    Prober(const Prober&) = delete;
    Prober& operator=(const Prober&) = delete;

    /// An answer that came by another way (`log_line`, `notify`, `fd`).
    void report(bool success, std::string reason = {});
    /// `ready`: gives the start this long from now (EXTEND_TIMEOUT_USEC) if that is later than its end now.
    void extend(Duration from_now);

    ProbeCount::Verdict verdict() const { return count_.last(); } ///< the last one given

private:
    void attempt();
    void answered(bool success, std::string reason);
    void out_of_time();
    bool asks() const;

    Loop& loop_;
    const home::Probe probe_;
    Purpose purpose_;
    const home::Role& role_;
    const std::vector<std::string>& environment_;
    std::set<pid_t>& helpers_;
    Events events_;
    ProbeCount count_;
    Timer next_;
    Timer deadline_;
    Instant began_{};
    Instant end_{};
    std::string reason_;
    std::unique_ptr<ProbeAttempt> attempt_;
    std::shared_ptr<bool> alive_;
};

} // namespace layer_cake::supervise
