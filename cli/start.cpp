#include <algorithm>
#include <cli/bring_up.hpp>
#include <cli/commands.hpp>
#include <fmt/format.h>
#include <layer_cake/supervise/plan.hpp>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "main-role", .help = "the role whose end ends the group", .value = "ROLE", .completes = "roles"},
    {.name = "wait",
     .help = "return when the roles are ready, started, healthy or completed (alone: ready)",
     .value = "[GOAL]",
     .completes = "ready|started|healthy|completed"},
    {.name = "timeout", .help = "stop waiting after this time; the group keeps running", .value = "SPAN"},
};

using supervise::State;

/// Whether a start would do something for a role: one that was named, or one that such a role depends on.
bool is_down(const GroupView& view, const std::string& name, bool named) {
    const auto* role = view.find(name);
    if (!role || role->state == State::stopped || role->state == State::failed) return true;
    return named && (role->state == State::completed || role->state == State::backoff);
}

/// Starts roles in the group that runs already.
Result<void> start_in_running(Invocation& call, const OpenHome& opened, const std::vector<std::string>& names,
                              const Patience& patience) {
    auto status = supervise::ControlClient(opened.home.paths()).status(patience.deadline.for_answer());
    if (!status) {
        Error error = std::move(status).error();
        if (error.fault == Fault::not_running) error = {Fault::busy, "its group is just starting or ending"};
        return fail(cannot("start", opened.path(), std::move(error)));
    }
    const GroupView view(std::move(*status));
    const auto concerned = supervise::with_dependencies(opened.group, names);
    const bool any_down = std::any_of(concerned.begin(), concerned.end(), [&](const auto& name) {
        return is_down(view, name, std::find(names.begin(), names.end(), name) != names.end());
    });
    if (!any_down)
        return fail(Fault::busy,
                    names.size() == 1
                        ? fmt::format("cannot start \"{}\": already running", names.front())
                        : fmt::format("cannot start \"{}\": all of its roles are already running", opened.path()));
    codec::Value body = roles_body(names);
    body.set("dependencies", true);
    return wait_until_up(call, opened, names, patience, "/start", std::move(body));
}

Result<int> run(Invocation& call) {
    const auto patience = read_patience(call);
    if (!patience) return fail(patience.error());
    const auto opened = open_home(call);
    if (!opened) return fail(cannot("start", call.home, opened.error()));
    if (opened->group.roles.empty())
        return fail(Fault::missing, fmt::format("cannot start \"{}\": it has no roles", opened->path()));
    auto names = search_names(opened->names(), call.words);
    if (!names) return fail(cannot("start", opened->path(), std::move(names).error()));
    const auto main_role = main_role_option(call, opened->group);
    if (!main_role) return fail(cannot("start", opened->path(), main_role.error()));

    if (!runs(opened->home, patience->deadline)) {
        std::vector<std::string> roles;
        if (!call.words.empty()) roles = supervise::with_dependencies(opened->group, *names);
        auto started = start_in_background(call, *opened, roles, *main_role, *patience);
        if (started) return Exit::ok;
        if (started.error().fault != Fault::busy) return fail(std::move(started).error());
    }
    if (!main_role->empty())
        return fail(Fault::busy, fmt::format("cannot start \"{}\": the main role of a running group does not change",
                                             opened->path()));
    if (auto started = start_in_running(call, *opened, *names, *patience); !started)
        return fail(std::move(started).error());
    return Exit::ok;
}

} // namespace

constinit const Command start_command{
    .name = "start",
    .words = "[SEARCH...]",
    .summary = "start roles in the background",
    .options = options,
    .run = run,
    .completes = "roles",
};

} // namespace layer_cake::cli
