#pragma once

#include <cli/group_view.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/group.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a command waits for, and whether it has come about: decided on values alone.
namespace layer_cake::cli {

enum class Goal { started, ready, healthy, stopped, completed };

/// Reads the word of `--for` and `--wait`. Fails with `invalid`, naming the words there are.
Result<Goal> parse_goal(std::string_view word);
std::string_view goal_name(Goal goal);

struct Verdict {
    enum class Kind { not_yet, reached, impossible };

    Kind kind = Kind::not_yet;
    std::string reason; ///< impossible: why; not_yet: what it is doing. `exit 1; given up`
};

/// How a role stands to a goal.
///
///     state      started   ready            healthy          stopped  completed
///     waiting    -         -                -                -        -
///     starting   reached   when `ready`     when healthy     -        -
///     running    reached   when `ready`     when healthy     -        -
///     backoff    a)        -                -                -        -
///     stopping   -         -                -                -        -
///     stopped    never     never            never            reached  never
///     completed  reached   b)               never            reached  reached
///     failed     a)        never            never            reached  never
///
/// a) reached when its process has run at all, never when it could not be started
/// b) reached when `lenient` (a group is up although its one-shot roles are done) or `ready`, else never
Verdict judge(const supervise::RoleStatus& role, Goal goal, bool lenient);

/// The role, among those `name` depends on directly or not, that keeps it from ever being started: failed, or stopped,
/// or ended before it was as `name` needs it. Nothing when there is none. `why` is a phrase: `"db" has failed (exit
/// 1)`.
struct Blocked {
    std::string by;
    std::string why;
};
std::optional<Blocked> blocked_by(const home::Group& group, const GroupView& view, std::string_view name);

/// Several roles and one goal: what is left, and what will not be.
struct Outcome {
    struct Item {
        std::string role, reason;
    };
    std::vector<Item> pending;
    std::vector<Item> impossible;
    bool settled() const { return pending.empty() || !impossible.empty(); } ///< all reached, or one never will
};

/// Judges each of `names`; a waiting role that is blocked is impossible. A role the view does not know is pending when
/// `lenient` (it is just being added), else stopped.
Outcome judge_all(const home::Group& group, const GroupView& view, const std::vector<std::string>& names, Goal goal,
                  bool lenient);

} // namespace layer_cake::cli
