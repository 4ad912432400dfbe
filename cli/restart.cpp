#include <cli/bring_up.hpp>
#include <cli/commands.hpp>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "wait",
     .help = "return when the roles are ready, started, healthy or completed (alone: ready)",
     .value = "[GOAL]",
     .completes = "ready|started|healthy|completed"},
    {.name = "timeout", .help = "stop waiting after this time; the restart goes on", .value = "SPAN"},
    {.name = "kill", .help = "kill at once instead of asking"},
    {.name = "rolling",
     .help = "one after the other: let it finish its work, stop it, start it, wait until it is ready"},
};

Result<int> run(Invocation& call) {
    auto patience = read_patience(call);
    if (!patience) return fail(patience.error());
    patience->verb = "restart";
    const auto opened = open_home(call);
    if (!opened) return fail(cannot("restart", call.home, opened.error()));
    if (!opened->home.running())
        return fail(cannot("restart", opened->path(), {Fault::not_running, "nothing is running"}));
    const bool rolling = call.has("rolling");
    if (rolling && call.has("kill")) return fail(Fault::invalid, "--rolling and --kill exclude each other");
    const auto names = rolling && !call.words.empty()
                           ? named_roles(opened->group, roles_of_pools(opened->group, call.words))
                           : search_names(opened->names(), call.words);
    if (!names) return fail(cannot("restart", opened->path(), names.error()));

    codec::Value body = call.words.empty() ? codec::Value(codec::Object{}) : roles_body(*names);
    body.set("kill", call.has("kill"));
    if (rolling) body.set("rolling", true);
    if (auto done = wait_until_up(call, *opened, *names, *patience, "/restart", std::move(body)); !done)
        return fail(std::move(done).error());
    return Exit::ok;
}

} // namespace

constinit const Command restart_command{
    .name = "restart",
    .words = "[SEARCH...]",
    .summary = "stop and start roles of a running group",
    .options = options,
    .run = run,
    .completes = "roles",
};

} // namespace layer_cake::cli
