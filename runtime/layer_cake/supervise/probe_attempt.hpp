#pragma once

#include <functional>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/home/role.hpp>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace layer_cake::supervise {

/// One attempt of a probe. The answer comes once, from the loop, and may destroy the attempt; destroying it before
/// abandons it, silently: what an `exec` has started is killed.
class ProbeAttempt {
public:
    using Answer = std::function<void(bool success, std::string reason)>;
    virtual ~ProbeAttempt() = default;

protected:
    ProbeAttempt(Loop& loop, Answer answer) : timer_(loop), answer_(std::move(answer)) {}

    /// Answers in the next turn of the loop. Only the first call counts.
    void finish(bool success, std::string reason) {
        if (!answer_) return;
        timer_.start(Duration::zero(), [answer = std::exchange(answer_, nullptr), success, reason = std::move(reason)] {
            answer(success, reason);
        });
    }

    Timer timer_; ///< the attempt's time limit until it is finished

private:
    Answer answer_;
};

/// What an `exec` is run as. All as long as the attempt.
struct ProbeRunner {
    const home::Role& role;
    const std::vector<std::string>& environment;
    std::set<pid_t>& helpers;
};

std::unique_ptr<ProbeAttempt> ask_tcp(Loop& loop, const home::Probe& probe, Duration timeout,
                                      ProbeAttempt::Answer answer);
std::unique_ptr<ProbeAttempt> ask_http(Loop& loop, const home::Probe& probe, Duration timeout,
                                       ProbeAttempt::Answer answer);
std::unique_ptr<ProbeAttempt> ask_exec(Loop& loop, const home::Probe& probe, Duration timeout,
                                       const ProbeRunner& runner, ProbeAttempt::Answer answer);

/// Where a host of a probe is, without asking anybody: an IP literal, or 127.0.0.1 for `localhost`. Empty for other
/// names.
std::string probe_address(std::string_view host);

} // namespace layer_cake::supervise
