#include <algorithm>
#include <layer_cake/supervise/restart.hpp>

namespace layer_cake::supervise {
namespace {

constexpr std::size_t counted_failures = 1000; // a crash loop without delay must not grow for a whole window

Duration step_delay(const home::RestartRules& rules, std::size_t step) {
    if (step < rules.first_steps.size()) return rules.first_steps[step];
    if (rules.regular_steps) return *rules.regular_steps;
    return rules.first_steps.empty() ? Duration::zero() : rules.first_steps.back();
}

Duration jitter(const home::RestartRules& rules, Duration delay, Random& random) {
    if (rules.randomized <= Duration::zero() || delay <= Duration::zero() || !(rules.truncated > 0))
        return Duration::zero();
    const auto room = static_cast<double>((Duration::max() - delay).count());
    const auto span = std::min(static_cast<double>(delay.count()) * rules.truncated, room * 0.999);
    const auto steps = static_cast<std::uint64_t>(span) / static_cast<std::uint64_t>(rules.randomized.count());
    return static_cast<Duration::rep>(random.up_to(steps)) * rules.randomized;
}

} // namespace

Restart::Answer Restart::after_end(bool success, Duration uptime, Instant now) {
    using Kind = Answer::Kind;
    using Policy = home::RestartRules::Policy;

    if (uptime >= rules_.reset_after) step_ = 0;
    if (!success) {
        failures_.push_back(now);
        forget(now);
    }
    if (rules_.policy == Policy::no) return {};
    if (rules_.policy == Policy::on_failure && success) return {};
    if (!success && rules_.max && in_window(now) >= *rules_.max) return {Kind::gave_up, {}};
    if (rules_.step_limit && step_ >= *rules_.step_limit) return {Kind::gave_up, {}};

    const Duration delay = step_delay(rules_, static_cast<std::size_t>(step_));
    ++step_;
    ++total_;
    return {Kind::after, delay + jitter(rules_, delay, random_)};
}

void Restart::reset() {
    step_ = 0;
    failures_.clear();
}

int Restart::in_window(Instant now) const {
    return static_cast<int>(std::count_if(failures_.begin(), failures_.end(),
                                          [&](Instant failure) { return now - failure <= rules_.window; }));
}

void Restart::forget(Instant now) {
    const auto most =
        std::max<std::size_t>(counted_failures, static_cast<std::size_t>(std::max(0, rules_.max.value_or(0))));
    while (!failures_.empty() && (failures_.size() > most || now - failures_.front() > rules_.window))
        failures_.pop_front();
}

} // namespace layer_cake::supervise
