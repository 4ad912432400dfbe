#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/supervise/probe.hpp>
#include <layer_cake/supervise/probe_attempt.hpp>
#include <limits>

namespace layer_cake::supervise {
namespace {

using Kind = home::Probe::Kind;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

constexpr Duration longest_attempt = 5s;
constexpr Duration shortest_period = 1ms;

Instant now() {
    return SystemClock().now();
}

int failures_until_bad(const home::Probe& probe, Prober::Purpose purpose) {
    return purpose == Prober::Purpose::ready ? std::numeric_limits<int>::max() : probe.failure_threshold;
}

} // namespace

ProbeCount::Verdict ProbeCount::after(bool success) {
    in_row_ = in_row_ > 0 && success_ == success ? std::min(in_row_, std::numeric_limits<int>::max() - 1) + 1 : 1;
    success_ = success;
    const Verdict verdict = success ? Verdict::good : Verdict::bad;
    if (last_ == verdict || in_row_ < (success ? success_threshold_ : failure_threshold_)) return Verdict::none;
    return last_ = verdict;
}

Prober::Prober(Loop& loop, home::Probe probe, Purpose purpose, const home::Role& role,
               const std::vector<std::string>& environment, std::set<pid_t>& helpers, Events events)
    : loop_(loop),
      probe_(std::move(probe)),
      purpose_(purpose),
      role_(role),
      environment_(environment),
      helpers_(helpers),
      events_(std::move(events)),
      count_(probe_.success_threshold, failures_until_bad(probe_, purpose)),
      next_(loop),
      deadline_(loop),
      alive_(std::make_shared<bool>(true)) {
    if (purpose_ == Purpose::ready && probe_.timeout > Duration::zero()) {
        end_ = now() + probe_.timeout;
        deadline_.start(probe_.timeout, [this] { out_of_time(); });
    }
    if (asks()) next_.start(probe_.initial_delay, [this] { attempt(); });
}

Prober::~Prober() {
    *alive_ = false;
}

bool Prober::asks() const {
    return probe_.kind == Kind::tcp_socket || probe_.kind == Kind::http_get || probe_.kind == Kind::exec;
}

void Prober::attempt() {
    began_ = now();
    Duration timeout = probe_.timeout > Duration::zero() ? probe_.timeout : longest_attempt;
    if (purpose_ == Purpose::ready) timeout = longest_attempt; // the deadline is a timer of its own
    auto answer = [this](bool success, std::string reason) {
        attempt_.reset();
        next_.start(std::max(std::max(probe_.period, shortest_period) - (now() - began_), Duration::zero()),
                    [this] { attempt(); });
        answered(success, std::move(reason));
    };
    if (probe_.kind == Kind::tcp_socket)
        attempt_ = ask_tcp(loop_, probe_, timeout, std::move(answer));
    else if (probe_.kind == Kind::http_get)
        attempt_ = ask_http(loop_, probe_, timeout, std::move(answer));
    else
        attempt_ = ask_exec(loop_, probe_, timeout, {role_, environment_, helpers_}, std::move(answer));
}

void Prober::answered(bool success, std::string reason) {
    const auto alive = alive_;
    const auto events = events_; // a callback may destroy this
    const auto verdict = count_.after(success);
    reason_ = reason;
    if (purpose_ == Purpose::ready && verdict == ProbeCount::Verdict::good) {
        next_.cancel();
        deadline_.cancel();
    }
    if (events.answered) events.answered(reason);
    if (!*alive) return;
    if (verdict == ProbeCount::Verdict::good && events.succeeded) events.succeeded();
    if (verdict == ProbeCount::Verdict::bad && events.failed) events.failed(reason);
}

void Prober::out_of_time() {
    if (count_.last() == ProbeCount::Verdict::good) return;
    attempt_.reset();
    next_.cancel();
    const auto failed = events_.failed;
    if (failed)
        failed(
            fmt::format("not ready after {}{}{}", format_span(probe_.timeout), reason_.empty() ? "" : ": ", reason_));
}

void Prober::report(bool success, std::string reason) {
    loop_.defer([this, alive = alive_, success, reason = std::move(reason)]() mutable {
        if (*alive) answered(success, std::move(reason));
    });
}

void Prober::extend(Duration from_now) {
    if (!deadline_.pending() || now() + from_now <= end_) return;
    end_ = now() + from_now;
    deadline_.start(from_now, [this] { out_of_time(); });
}

} // namespace layer_cake::supervise
