#include <algorithm>
#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/role_words.hpp>
#include <cli/status_text.hpp>
#include <layer_cake/supervise/control.hpp>
#include <layer_cake/supervise/program_pools.hpp>
#include <layer_cake/supervise/sub_roles.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "long-listing", .help = "print process ids and uptimes in the long form"},
    {.name = "group-role", .help = "also print the group itself"},
    {.name = "sub-roles", .help = "also print the processes that roles run for their objects"},
    {.name = "output", .help = "how to print facts (default table)", .value = "json|name|table"},
};

Error cannot_query(const home::Home& home, Error error) {
    // Amid the answer it has just ended.
    if (error.fault == Fault::not_running || error.fault == Fault::disconnected)
        error = {Fault::not_running, "nothing is running"};
    return cannot("query status", home.paths().home.string(), std::move(error));
}

Result<int> run(Invocation& call) {
    auto home = home::Home::open(call.home);
    if (!home) return fail(cannot("query status", call.home, std::move(home).error()));
    auto status = supervise::ControlClient(home->paths()).status(std::chrono::seconds(10), true);
    if (!status) return fail(cannot_query(*home, std::move(status).error()));

    supervise::add_program_pools(*status, home->paths());
    if (call.has("sub-roles")) supervise::add_sub_roles(*status);
    std::vector<std::string> names;
    for (const auto& role : status->roles)
        names.push_back(role.name);
    auto selected = search_names(names, call.words);
    if (!selected) return fail(cannot_query(*home, std::move(selected).error()));

    if (wants_json(call)) {
        std::erase_if(status->roles, [&](const auto& role) {
            return std::find(selected->begin(), selected->end(), role.name) == selected->end();
        });
        print_json(call, "layer-cake.status/1", supervise::to_json(*status));
        return Exit::ok;
    }
    if (!status->guarded)
        note(call, "the guardian of this group is gone: a kill of the group would leave processes behind");
    const WallTime now = SystemClock().wall();
    if (call.value("output") == "name") {
        for (const auto& name : *selected)
            call.out << name << '\n';
        return Exit::ok;
    }
    std::vector<const supervise::RoleStatus*> roles;
    for (const auto& role : status->roles)
        if (std::find(selected->begin(), selected->end(), role.name) != selected->end()) roles.push_back(&role);
    if (call.has("long-listing")) {
        if (call.has("group-role")) call.out << status_long_line("group", status->pid, status->since, now) << '\n';
        for (const auto* role : roles)
            if (role->pid > 0) call.out << status_long_line(role->name, role->pid, role->started_at, now) << '\n';
        return Exit::ok;
    }
    if (call.has("group-role"))
        call.out << "group " << status->name << ' ' << status->state << ", pid " << status->pid
                 << (status->guarded ? "" : ", its guardian is gone") << '\n';
    status_table(roles, now).print(call.out, colour_wanted(call));
    if (!status->pools.empty() && call.words.empty()) {
        call.out << '\n';
        pool_table(status->pools).print(call.out, colour_wanted(call));
    }
    return Exit::ok;
}

} // namespace

constinit const Command status_command{
    .name = "status",
    .words = "[SEARCH...]",
    .summary = "show what each role of a running group is doing",
    .options = options,
    .run = run,
    .completes = "roles",
};

} // namespace layer_cake::cli
