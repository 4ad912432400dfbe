#include <cli/bring_up.hpp>
#include <cli/commands.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/history.hpp>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "for", .help = "what to wait for (default ready)", .value = "started|ready|healthy|stopped|completed"},
    {.name = "timeout", .help = "give up after this time", .value = "SPAN"},
};

/// Nobody will say "healthy" of a role that is never asked.
Result<void> check_healthy(const home::Group& group, const std::vector<std::string>& names) {
    for (const auto& name : names) {
        const home::Role* role = group.find(name);
        if (role && !role->liveness && !role->readiness)
            return fail(
                Fault::invalid,
                fmt::format("role \"{}\" has neither liveness nor readiness, so it never becomes healthy", name));
    }
    return layer_cake::ok();
}

/// With no group to ask: what is stopped is stopped, and histories tell what was completed.
Result<int> judge_not_running(const OpenHome& opened, const std::vector<std::string>& names, Goal goal) {
    if (goal == Goal::stopped) return Exit::ok;
    if (goal == Goal::completed) {
        std::vector<std::string> lines;
        bool all_known = true;
        for (const auto& name : names) {
            const auto lives = home::History(opened.home.paths().history(name)).read(false);
            all_known = all_known && lives && !lives->empty();
            if (lives && !lives->empty() && !lives->back().ended.success())
                lines.push_back(fmt::format("\"{}\" is not completed: {}", name, lives->back().ended.text()));
        }
        if (all_known && lines.empty()) return Exit::ok;
        if (all_known) return fail(Fault::failed, join(lines, "\n"));
    }
    return fail(cannot("wait for", opened.path(), {Fault::not_running, "nothing is running"}));
}

Error settle(const std::vector<Outcome::Item>& items, Goal goal, Fault fault, std::string_view words) {
    std::vector<std::string> lines;
    for (const auto& item : items)
        lines.push_back(fmt::format("\"{}\" {} {}: {}", item.role, words, goal_name(goal), item.reason));
    return {fault, join(lines, "\n")};
}

Result<int> run(Invocation& call) {
    const auto goal = parse_goal(call.value("for").value_or("ready"));
    if (!goal) return fail(goal.error().fault, "--for: " + goal.error().detail);
    const auto timeout = span_option(call, "timeout");
    if (!timeout) return fail(timeout.error());
    const auto opened = open_home(call);
    if (!opened) return fail(cannot("wait for", call.home, opened.error()));
    if (call.words.empty()) return fail(Fault::invalid, "wait needs the name of a role");
    const auto names = named_roles(opened->group, call.words);
    if (!names) return fail(cannot("wait for", opened->path(), names.error()));
    if (*goal == Goal::healthy)
        if (auto sensible = check_healthy(opened->group, *names); !sensible) return fail(sensible.error());
    if (!opened->home.running()) return judge_not_running(*opened, *names, *goal);

    GroupView latest;
    Following following;
    following.timeout = timeout->value_or(Duration::zero());
    auto outcome_of = [&](const GroupView& view) { return judge_all(opened->group, view, *names, *goal, false); };
    following.done = [&](const GroupView& view) { return outcome_of(view).settled(); };
    auto followed = follow_group(supervise::ControlClient(opened->home.paths()).endpoint(), following, &latest);
    if (!followed) {
        if (followed.error().fault == Fault::timed_out)
            return fail(settle(outcome_of(latest).pending, *goal, Fault::timed_out, "is still not"));
        if (followed.error().fault == Fault::not_running || followed.error().fault == Fault::disconnected)
            return judge_not_running(*opened, *names, *goal);
        return fail(cannot("wait for", opened->path(), std::move(followed).error()));
    }
    const auto outcome = outcome_of(followed->view);
    if (!outcome.impossible.empty()) return fail(settle(outcome.impossible, *goal, Fault::failed, "will not be"));
    if (!outcome.pending.empty()) return judge_not_running(*opened, *names, *goal);
    return Exit::ok;
}

} // namespace

constinit const Command wait_command{
    .name = "wait",
    .words = "ROLE...",
    .summary = "wait until roles are ready, or stopped, or completed",
    .options = options,
    .run = run,
    .completes = "roles",
};

} // namespace layer_cake::cli
