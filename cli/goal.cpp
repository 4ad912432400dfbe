#include <array>
#include <cli/goal.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <set>

namespace layer_cake::cli {

using supervise::RoleStatus;
using supervise::State;

namespace {

constexpr std::array<std::string_view, 5> goal_names{"started", "ready", "healthy", "stopped", "completed"};

bool could_not_start(const RoleStatus& role) {
    return role.last_end && role.last_end->how == home::Ended::How::not_started;
}

std::string how_it_stands(const RoleStatus& role) {
    if (!role.reason.empty()) return role.reason;
    if (role.last_end && (role.state == State::failed || role.state == State::backoff)) return role.last_end->text();
    return std::string(supervise::state_name(role.state));
}

Verdict::Kind verdict_of(const RoleStatus& role, Goal goal, bool lenient) {
    using Kind = Verdict::Kind;
    const bool up = role.state == State::starting || role.state == State::running;
    const bool end = role.state == State::stopped || role.state == State::completed || role.state == State::failed;
    switch (goal) {
    case Goal::started:
        if (up || role.state == State::completed) return Kind::reached;
        if (role.state == State::backoff) return could_not_start(role) ? Kind::impossible : Kind::reached;
        if (role.state == State::failed)
            return role.last_end && !could_not_start(role) ? Kind::reached : Kind::impossible;
        return role.state == State::stopped ? Kind::impossible : Kind::not_yet;
    case Goal::ready:
        if (role.ready) return Kind::reached;
        if (role.state == State::completed && lenient) return Kind::reached;
        return end ? Kind::impossible : Kind::not_yet;
    case Goal::healthy:
        if (up && role.health == "healthy") return Kind::reached;
        return end ? Kind::impossible : Kind::not_yet;
    case Goal::stopped:
        return end ? Kind::reached : Kind::not_yet;
    case Goal::completed:
        if (role.state == State::completed) return Kind::reached;
        return end ? Kind::impossible : Kind::not_yet;
    }
    return Kind::not_yet;
}

/// Whether a role as it is can still, without anybody's help, become what a dependent needs.
bool can_still(const RoleStatus& role, home::Condition condition) {
    switch (role.state) {
    case State::stopped:
        return false;
    case State::failed:
        return condition == home::Condition::started && role.last_end && !could_not_start(role);
    case State::completed:
        return condition != home::Condition::healthy;
    default:
        return true;
    }
}

std::optional<Blocked> search(const home::Group& group, const GroupView& view, std::string_view name,
                              std::set<std::string, std::less<>>& seen) {
    if (!seen.emplace(name).second) return std::nullopt;
    const home::Role* role = group.find(name);
    if (!role) return std::nullopt;
    for (const auto& needs : role->depends_on) {
        const RoleStatus* other = view.find(needs.role);
        if (!other) continue;
        if (!can_still(*other, needs.condition)) {
            std::string why =
                fmt::format("\"{}\" {}", needs.role,
                            other->state == State::failed ? "has failed" : supervise::state_name(other->state));
            if (other->last_end) why += fmt::format(" ({})", other->last_end->text());
            return Blocked{needs.role, std::move(why)};
        }
        if (other->state == State::waiting)
            if (auto deeper = search(group, view, needs.role, seen)) return deeper;
    }
    return std::nullopt;
}

} // namespace

Result<Goal> parse_goal(std::string_view word) {
    for (std::size_t i = 0; i < goal_names.size(); ++i)
        if (goal_names[i] == word) return static_cast<Goal>(i);
    return fail(Fault::invalid,
                fmt::format("\"{}\" is none of {}{}", word, fmt::join(goal_names, ", "), suggestion(word, goal_names)));
}

std::string_view goal_name(Goal goal) {
    return goal_names[static_cast<std::size_t>(goal)];
}

Verdict judge(const RoleStatus& role, Goal goal, bool lenient) {
    Verdict verdict{verdict_of(role, goal, lenient), {}};
    if (verdict.kind != Verdict::Kind::reached) verdict.reason = how_it_stands(role);
    return verdict;
}

std::optional<Blocked> blocked_by(const home::Group& group, const GroupView& view, std::string_view name) {
    std::set<std::string, std::less<>> seen;
    return search(group, view, name, seen);
}

Outcome judge_all(const home::Group& group, const GroupView& view, const std::vector<std::string>& names, Goal goal,
                  bool lenient) {
    Outcome outcome;
    for (const auto& name : names) {
        const RoleStatus* role = view.find(name);
        Verdict verdict;
        if (role)
            verdict = judge(*role, goal, lenient);
        else if (!view.known())
            verdict.reason = "the group has not said how it is";
        else if (!lenient && goal == Goal::stopped)
            verdict.kind = Verdict::Kind::reached;
        else
            verdict = {lenient ? Verdict::Kind::not_yet : Verdict::Kind::impossible,
                       fmt::format("the running group does not know it (\"layer-cake start {}\" adds it)", name)};
        if (verdict.kind == Verdict::Kind::not_yet && goal != Goal::stopped && role && role->state == State::waiting)
            if (auto blocked = blocked_by(group, view, name))
                verdict = {Verdict::Kind::impossible, fmt::format("cannot start: {}", blocked->why)};
        if (verdict.kind == Verdict::Kind::not_yet && view.ended())
            verdict.kind = goal == Goal::stopped ? Verdict::Kind::reached : Verdict::Kind::impossible;
        if (verdict.kind == Verdict::Kind::not_yet)
            outcome.pending.push_back({name, std::move(verdict.reason)});
        else if (verdict.kind == Verdict::Kind::impossible)
            outcome.impossible.push_back({name, std::move(verdict.reason)});
    }
    return outcome;
}

} // namespace layer_cake::cli
