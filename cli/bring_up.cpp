#include <cli/bring_up.hpp>
#include <cli/progress.hpp>
#include <cli/table.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/history.hpp>
#include <layer_cake/supervise/control.hpp>
#include <layer_cake/supervise/group_process.hpp>

namespace layer_cake::cli {
namespace {

Error failures(const std::vector<Outcome::Item>& items, std::string_view verb) {
    std::vector<std::string> lines;
    lines.reserve(items.size());
    for (const auto& item : items)
        lines.push_back(item.reason.rfind("cannot start", 0) == 0
                            ? fmt::format("cannot {} \"{}\"{}", verb, item.role, item.reason.substr(12))
                            : fmt::format("cannot {} \"{}\": {}", verb, item.role, item.reason));
    return {Fault::failed, join(lines, "\n")};
}

Error late(const OpenHome& opened, const std::vector<Outcome::Item>& pending, const Patience& patience,
           std::string_view detail) {
    std::vector<std::string> lines{fmt::format("cannot {} \"{}\": {}", patience.verb, opened.path(), detail)};
    for (const auto& item : pending)
        lines.push_back(fmt::format("\"{}\" is not {}: {}", item.role, goal_name(patience.goal), item.reason));
    return {Fault::timed_out, join(lines, "\n")};
}

/// How roles fared in a group that had ended before it could be asked.
Outcome judge_histories(const OpenHome& opened, const std::vector<std::string>& names, Goal goal, WallTime since) {
    Outcome outcome;
    for (const auto& name : names) {
        const auto lives = home::History(opened.home.paths().history(name)).read(false);
        if (!lives || lives->empty() || lives->back().started < since) {
            outcome.impossible.push_back({name, "the group ended before it was started"});
            continue;
        }
        const home::Ended& ended = lives->back().ended;
        const bool started = ended.how != home::Ended::How::not_started;
        if (goal == Goal::started ? !started : !ended.success()) outcome.impossible.push_back({name, ended.text()});
    }
    return outcome;
}

} // namespace

Result<Patience> read_patience(const Invocation& call) {
    Patience patience;
    if (call.has("wait")) {
        const std::string word = call.value("wait").value_or("");
        if (word.empty()) {
            patience.goal = Goal::ready;
        } else {
            auto goal = parse_goal(word);
            if (!goal || *goal == Goal::stopped) {
                static constexpr std::string_view goals[] = {"started", "ready", "healthy", "completed"};
                return fail(Fault::invalid, fmt::format("--wait: \"{}\" is none of {}{}", word, fmt::join(goals, ", "),
                                                        suggestion(word, goals)));
            }
            patience.goal = *goal;
        }
    }
    auto timeout = span_option(call, "timeout");
    if (!timeout) return fail(std::move(timeout).error());
    patience.deadline = Deadline(timeout->value_or(Duration::zero()));
    return patience;
}

Result<void> wait_until_up(Invocation& call, const OpenHome& opened, const std::vector<std::string>& names,
                           const Patience& patience, std::string target, codec::Value body,
                           std::optional<WallTime> since) {
    Progress progress(call.err, names, progress_rules(colour_wanted_on_err(call)));
    bool begun = since.has_value();
    GroupView latest;
    Following following;
    following.timeout = patience.deadline.left();
    following.target = std::move(target);
    following.body = std::move(body);
    following.changed = [&](const GroupView& view) {
        if (!begun) progress.begin(view);
        begun = true;
        progress.show(view);
    };
    following.done = [&](const GroupView& view) {
        // One that failed does not keep the others from being waited for.
        return judge_all(opened.group, view, names, patience.goal, true).pending.empty();
    };
    auto followed = follow_group(supervise::ControlClient(opened.home.paths()).endpoint(), following, &latest);
    if (begun) progress.show(latest); // what came with the answer, and was the end
    progress.finish();

    if (!followed) {
        Error error = std::move(followed).error();
        if (error.fault == Fault::timed_out)
            return fail(late(opened, judge_all(opened.group, latest, names, patience.goal, true).pending, patience,
                             patience.deadline.timeout() > Duration::zero()
                                 ? fmt::format("timed out after {}", format_span(patience.deadline.timeout()))
                                 : error.detail));
        const bool gone = error.fault == Fault::not_running || error.fault == Fault::disconnected;
        if (!gone || !since) return fail(cannot(patience.verb, opened.path(), std::move(error)));
        auto outcome = judge_histories(opened, names, patience.goal, *since);
        return outcome.impossible.empty() ? layer_cake::ok()
                                          : Result<void>(fail(failures(outcome.impossible, patience.verb)));
    }
    if (followed->closed && !followed->view.ended())
        return fail(Fault::failed,
                    fmt::format("cannot {} \"{}\": the group ended unexpectedly", patience.verb, opened.path()));
    auto outcome = judge_all(opened.group, followed->view, names, patience.goal, true);
    if (!outcome.impossible.empty()) return fail(failures(outcome.impossible, patience.verb));
    return layer_cake::ok();
}

Result<void> start_in_background(Invocation& call, const OpenHome& opened, const std::vector<std::string>& roles,
                                 const std::string& main_role, const Patience& patience) {
    const WallTime since = SystemClock().wall();
    supervise::GroupOptions options;
    options.roles = roles;
    options.main_role = main_role;
    auto started = supervise::start_group(opened.home, options);
    if (!started) return fail(cannot("start", opened.path(), std::move(started).error()));
    return wait_until_up(call, opened, roles.empty() ? opened.names() : roles, patience, {}, codec::Object{}, since);
}

bool runs(const home::Home& home, const Deadline& deadline) {
    using namespace std::chrono_literals;
    const SystemClock clock;
    const Instant until = clock.now() + 5s;
    while (home.running()) {
        const auto status = supervise::ControlClient(home.paths()).status(deadline.for_answer());
        if (status ? status->state != "stopping" : status.error().fault == Fault::timed_out) return true;
        if (clock.now() >= until) return true;
        // The lock is free the moment the last of it is gone.
        if (home::Lock::take(home.paths().group_lock(), 50ms)) return false;
    }
    return false;
}

Result<std::string> main_role_option(const Invocation& call, const home::Group& group) {
    const auto name = call.value("main-role");
    if (!name) return std::string();
    if (group.find(*name)) return *name;
    std::vector<std::string_view> names;
    for (const auto& role : group.roles)
        names.push_back(role.name);
    return fail(Fault::missing, fmt::format("--main-role: no role \"{}\"{}", *name, suggestion(*name, names)));
}

codec::Value roles_body(const std::vector<std::string>& names) {
    codec::Array roles;
    for (const auto& name : names)
        roles.emplace_back(name);
    codec::Value body = codec::Object{};
    body.set("roles", std::move(roles));
    return body;
}

} // namespace layer_cake::cli
