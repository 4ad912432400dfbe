#include <algorithm>
#include <array>
#include <cli/lives.hpp>
#include <cli/narrative.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/supervise/plan.hpp>

namespace layer_cake::cli {

using home::Condition;
using supervise::RoleStatus;
using supervise::State;

namespace {

constexpr std::array<std::string_view, 5> condition_names{"started", "ready", "healthy", "completed", "published"};

std::string_view condition_name(Condition condition) {
    return condition_names[static_cast<std::size_t>(condition)];
}

bool holds(const RoleStatus& role, const home::Role* defined, Condition condition) {
    const bool done = role.state == State::completed;
    const bool oneshot = defined && defined->type == home::Role::Type::oneshot;
    switch (condition) {
    case Condition::started:
        return role.state == State::starting || role.state == State::running || done;
    case Condition::ready:
        return role.ready || (done && oneshot);
    case Condition::healthy:
        return (role.state == State::running && role.ready && role.health == "healthy") || (done && oneshot);
    case Condition::completed:
        return done;
    case Condition::published: // as a rule it is ready then
        return role.ready;
    }
    return false;
}

std::string standing(const RoleStatus* role) {
    if (!role) return "not known to the running group";
    std::string text(supervise::state_name(role->state));
    if (role->state == State::running && !role->ready) text = "running but not ready";
    if (role->state == State::waiting || role->state == State::running) return text;
    return role->reason.empty() || role->reason == text ? text : text + ": " + role->reason;
}

std::vector<Cause> causes_below(const home::Group& group, const GroupView& view, const std::string& role,
                                std::vector<std::string>& path) {
    std::vector<Cause> causes;
    const home::Role* defined = group.find(role);
    if (!defined || std::find(path.begin(), path.end(), role) != path.end()) return causes;
    path.push_back(role);
    for (const auto& needs : defined->depends_on) {
        const RoleStatus* other = view.find(needs.role);
        Cause cause{needs.role, std::string(condition_name(needs.condition)), standing(other), false, {}};
        cause.holds = other && holds(*other, group.find(needs.role), needs.condition);
        if (!cause.holds && other && (other->state == State::waiting || other->state == State::failed))
            cause.because = causes_below(group, view, needs.role, path);
        causes.push_back(std::move(cause));
    }
    path.pop_back();
    return causes;
}

void tell_causes(const std::vector<Cause>& causes, std::size_t depth, std::vector<std::string>& lines) {
    for (const auto& cause : causes) {
        if (cause.holds) continue;
        lines.push_back(fmt::format("{:{}}it needs \"{}\" to be {}, which is {}", "", depth * 2, cause.role,
                                    cause.needs, cause.now));
        tell_causes(cause.because, depth + 1, lines);
    }
}

std::string ago(WallTime then, WallTime now) {
    return format_elapsed(std::max<Duration>(now - then, Duration::zero()));
}

std::string state_sentence(const RoleStatus& role, const home::Role* defined, WallTime now) {
    const std::string since = role.started_at ? fmt::format(" for {}", ago(*role.started_at, now)) : "";
    const std::string ended = role.stopped_at ? fmt::format(" {} ago", ago(*role.stopped_at, now)) : "";
    switch (role.state) {
    case State::waiting:
        return "is waiting to be started";
    case State::starting:
        return fmt::format("has been starting{} (pid {}){}", since, role.pid,
                           defined && defined->ready
                               ? fmt::format("; it must be ready within {}", format_span(defined->ready->timeout))
                               : "");
    case State::running:
        if (!role.ready) return fmt::format("has been running{} (pid {}), but is not ready", since, role.pid);
        return fmt::format("is up: running{} (pid {}) and ready", since, role.pid);
    case State::backoff:
        return fmt::format("ended{} and will be started again", ended);
    case State::stopping:
        return fmt::format("is being stopped (pid {})", role.pid);
    case State::stopped:
        return ended.empty() ? "is stopped: it was never asked to start"
                             : fmt::format("was stopped{}, because it was asked to be", ended);
    case State::completed:
        return fmt::format("completed{}: it ended by itself with success and is not restarted", ended);
    case State::failed:
        return fmt::format("failed{}", ended);
    }
    return "is in an unknown state";
}

std::string_view policy_name(home::RestartRules::Policy policy) {
    switch (policy) {
    case home::RestartRules::Policy::no:
        return "no";
    case home::RestartRules::Policy::on_failure:
        return "on_failure";
    case home::RestartRules::Policy::always:
        return "always";
    }
    return "no";
}

/// Who would miss it, directly or not.
std::vector<std::string> dependents(const home::Group& group, const std::string& role) {
    auto names = supervise::with_dependents(group, {role});
    std::erase(names, role);
    return names;
}

void tell_restarts(const RoleStatus& status, const home::Role* defined, WallTime now, std::vector<std::string>& lines) {
    if (status.next_start_at)
        lines.push_back(fmt::format("Next start: in {}.",
                                    format_elapsed(std::max<Duration>(*status.next_start_at - now, Duration::zero()))));
    const home::RestartRules rules = defined ? defined->restart : home::RestartRules{};
    std::string line = fmt::format("Restarts: {} so far, policy {}", status.restarts, policy_name(rules.policy));
    if (rules.policy != home::RestartRules::Policy::no) {
        if (status.restarts_max)
            line += fmt::format("; {} of {} failures within {} used up", status.restarts_in_window,
                                *status.restarts_max, format_span(rules.window));
        if (rules.step_limit) line += fmt::format("; at most {} in a row", *rules.step_limit);
    }
    lines.push_back(line + ".");
}

void tell_running_group(const Facts& facts, const RoleStatus& status, std::vector<std::string>& lines) {
    const home::Role* defined = facts.group.find(facts.role);
    lines.push_back(fmt::format("\"{}\" {}.", facts.role, state_sentence(status, defined, facts.now)));
    if (!status.reason.empty() && status.state != State::waiting)
        lines.push_back(fmt::format("Reason: {}.", status.reason));
    if (status.state == State::waiting || status.state == State::failed)
        tell_causes(causes_of(facts.group, facts.view, facts.role), 1, lines);
    for (const auto& what : status.waiting_for)
        if (what.starts_with("name ")) lines.push_back(fmt::format("  it needs the {}, which nobody publishes", what));
    if (!status.status_text.empty()) lines.push_back(fmt::format("It says: {}", status.status_text));
    if (status.health != "unknown") lines.push_back(fmt::format("Health: {}.", status.health));
    if (status.log_paused) lines.push_back("Its log is paused: the disk is full.");
    if (status.log_dropped_lines > 0)
        lines.push_back(fmt::format("Lines lost from its log: {}.", status.log_dropped_lines));
    tell_restarts(status, defined, facts.now, lines);
}

} // namespace

std::vector<Cause> causes_of(const home::Group& group, const GroupView& view, const std::string& role) {
    std::vector<std::string> path;
    return causes_below(group, view, role, path);
}

std::vector<std::string> explain(const Facts& facts) {
    std::vector<std::string> lines;
    const RoleStatus* status = facts.view.find(facts.role);
    if (!facts.view.known())
        lines.push_back(fmt::format("\"{}\" is not up: its group does not run.", facts.role));
    else if (!status)
        lines.push_back(
            fmt::format("\"{}\" is not up: the running group does not know it; \"up\" would add it.", facts.role));
    else
        tell_running_group(facts, *status, lines);

    for (auto life = facts.lives.rbegin(); life != facts.lives.rend(); ++life) {
        if (is_running(*life)) continue;
        const std::string how = life->ended.text();
        if (life->stopped)
            lines.push_back(fmt::format("Last end: {}, {} ago, after {}.", how, ago(*life->stopped, facts.now),
                                        ago(life->started, *life->stopped)));
        else
            lines.push_back(fmt::format("Last end: {}; started {} ago.", how, ago(life->started, facts.now)));
        break;
    }
    if (facts.lives.empty()) lines.push_back("It was never started.");

    if (const auto needed = dependents(facts.group, facts.role); !needed.empty())
        lines.push_back(fmt::format("Needed by: {}.", join(needed, ", ")));
    if (facts.group.main_role == facts.role) lines.push_back("It is the main role: the group ends with it.");
    if (!facts.last_lines.empty()) {
        lines.emplace_back("Last lines of its log:");
        for (const auto& line : facts.last_lines)
            lines.push_back("  " + line);
    }
    return lines;
}

namespace {

codec::Value to_json(const std::vector<Cause>& causes) {
    codec::Array all;
    for (const auto& cause : causes) {
        codec::Value one = codec::Object{};
        one.set("role", cause.role);
        one.set("condition", cause.needs);
        one.set("holds", cause.holds);
        one.set("now", cause.now);
        one.set("because", to_json(cause.because));
        all.push_back(std::move(one));
    }
    return all;
}

codec::Value to_json(const std::vector<std::string>& texts) {
    codec::Array all;
    for (const auto& text : texts)
        all.emplace_back(text);
    return all;
}

} // namespace

codec::Value explain_json(const Facts& facts) {
    codec::Value value = codec::Object{};
    const RoleStatus* status = facts.view.find(facts.role);
    value.set("role", facts.role);
    value.set("group_running", facts.view.known());
    value.set("status", status ? supervise::to_json(*status) : codec::Value());
    value.set("depends_on", to_json(causes_of(facts.group, facts.view, facts.role)));
    value.set("needed_by", to_json(dependents(facts.group, facts.role)));
    value.set("main_role", facts.group.main_role == facts.role);
    value.set("last_life",
              facts.lives.empty() ? codec::Value() : life_to_json(facts.lives.size() - 1, facts.lives.back()));
    value.set("last_lines", to_json(facts.last_lines));
    value.set("explanation", to_json(explain(facts)));
    return value;
}

} // namespace layer_cake::cli
