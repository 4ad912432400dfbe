#include <cli/bring_up.hpp>
#include <cli/commands.hpp>
#include <cli/progress.hpp>
#include <cli/shut_down.hpp>
#include <cli/table.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "timeout", .help = "stop waiting after this time; the stop goes on", .value = "SPAN"},
    {.name = "kill", .help = "kill at once instead of asking"},
};

Result<void> stop_roles(Invocation& call, const home::Home& home, const ShutDown& how) {
    supervise::ControlClient client(home.paths());
    const Deadline deadline(how.timeout);
    const auto status = client.status(deadline.for_answer());
    if (!status) return fail(status.error());
    std::vector<std::string> running;
    for (const auto& role : status->roles)
        running.push_back(role.name);
    const auto names = search_names(running, call.words);
    if (!names) return fail(names.error());

    Progress progress(call.err, *names, progress_rules(colour_wanted_on_err(call)));
    bool first = true;
    Following following;
    following.timeout = deadline.left();
    following.target = "/stop";
    following.body = roles_body(*names);
    following.body.set("kill", how.kill);
    following.changed = [&](const GroupView& view) {
        if (first) progress.begin(view);
        first = false;
        progress.show(view);
    };
    const home::Group nothing;
    following.done = [&](const GroupView& view) {
        return judge_all(nothing, view, *names, Goal::stopped, true).settled();
    };
    auto followed = follow_group(client.endpoint(), following);
    progress.finish();
    if (!followed) return fail(std::move(followed).error());
    return layer_cake::ok();
}

Result<int> run(Invocation& call) {
    ShutDown how;
    how.kill = call.has("kill");
    const auto timeout = span_option(call, "timeout");
    if (!timeout) return fail(timeout.error());
    how.timeout = timeout->value_or(Duration::zero());
    const auto home = home::Home::open(call.home);
    if (!home) return fail(cannot("stop", call.home, home.error()));

    auto done = call.words.empty() ? shut_down(call, *home, how) : stop_roles(call, *home, how);
    if (done) return Exit::ok;
    if (done.error().fault == Fault::not_running)
        return fail(cannot("stop", home->paths().home.string(), {Fault::not_running, "nothing is running"}));
    return fail(cannot("stop", home->paths().home.string(), std::move(done).error()));
}

} // namespace

constinit const Command stop_command{
    .name = "stop",
    .words = "[SEARCH...]",
    .summary = "stop roles, or the whole group; returns when all of it is gone",
    .options = options,
    .run = run,
    .completes = "roles",
};

} // namespace layer_cake::cli
