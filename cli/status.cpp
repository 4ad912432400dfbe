#include <algorithm>
#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/role_words.hpp>
#include <cli/screen.hpp>
#include <cli/status_text.hpp>
#include <csignal>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/supervise/control.hpp>
#include <layer_cake/supervise/program_pools.hpp>
#include <layer_cake/supervise/sub_roles.hpp>
#include <optional>
#include <ostream>
#include <sstream>

namespace layer_cake::cli {
namespace {

using supervise::GroupStatus;

constexpr Option options[] = {
    {.name = "long-listing", .help = "print process ids and uptimes in the long form"},
    {.name = "group-role", .help = "also print the group itself"},
    {.name = "sub-roles", .help = "also print the processes that roles run for their objects"},
    {.name = "watch",
     .help = "print it again when it has changed, looking every SPAN (1s), until the group ends",
     .value = "[SPAN]"},
    {.name = "output", .help = "how to print facts (default table)", .value = "json|name|table"},
};

Error cannot_query(const home::Home& home, Error error) {
    // Amid the answer it has just ended.
    if (error.fault == Fault::not_running || error.fault == Fault::disconnected)
        error = {Fault::not_running, "nothing is running"};
    return cannot("show the status of", home.paths().home.string(), std::move(error));
}

/// What the group says of itself and of the roles that were asked for.
Result<GroupStatus> look(const Invocation& call, const home::Home& home) {
    auto status = supervise::ControlClient(home.paths()).status(std::chrono::seconds(10), true);
    if (!status) return fail(cannot_query(home, std::move(status).error()));
    supervise::add_program_pools(*status, home.paths());
    if (call.has("sub-roles")) supervise::add_sub_roles(*status);
    std::vector<std::string> names;
    for (const auto& role : status->roles)
        names.push_back(role.name);
    auto selected = search_names(names, call.words);
    if (!selected) return fail(cannot_query(home, std::move(selected).error()));
    std::erase_if(status->roles, [&](const auto& role) {
        return std::find(selected->begin(), selected->end(), role.name) == selected->end();
    });
    return status;
}

void print(const Invocation& call, const GroupStatus& status, std::ostream& out) {
    if (call.value("output") == "name") {
        for (const auto& role : status.roles)
            out << role.name << '\n';
        return;
    }
    const WallTime now = SystemClock().wall();
    if (call.has("long-listing")) {
        if (call.has("group-role")) out << status_long_line("group", status.pid, status.since, now) << '\n';
        for (const auto& role : status.roles)
            if (role.pid > 0) out << status_long_line(role.name, role.pid, role.started_at, now) << '\n';
        return;
    }
    if (call.has("group-role"))
        out << "group " << status.name << ' ' << status.state << ", pid " << status.pid
            << (status.guarded ? "" : ", its guardian is gone") << '\n';
    std::vector<const supervise::RoleStatus*> roles;
    for (const auto& role : status.roles)
        roles.push_back(&role);
    status_table(roles, now).print(out, colour_wanted(call), terminal_columns(call));
    if (!status.pools.empty() && call.words.empty()) {
        out << '\n';
        pool_table(status.pools).print(out, colour_wanted(call));
    }
}

/// What makes a state another one: all but what the processes take.
codec::Value state_of(GroupStatus status) {
    status.changes = 0; // of roles that were not asked for, too
    for (auto& role : status.roles)
        role.usage.reset();
    return supervise::to_json(status);
}

/// Shows each state that differs from the last - on a terminal each that was seen, for the times of the processes go
/// on - until the group ends or a signal comes.
Result<int> watch(Invocation& call, const home::Home& home, Duration every) {
    Loop loop;
    Timer timer(loop);
    const Signals signals(loop, {SIGINT, SIGTERM, SIGHUP}, [&](int) { loop.stop(); });
    const ReaderWatch reader(loop, [&] { loop.stop(); });
    Screen screen(call);
    std::optional<codec::Value> last;
    std::optional<Error> failure;
    const bool live = call.out_is_terminal && !wants_json(call);
    const auto again = [&] {
        const auto status = look(call, home);
        if (!status) {
            failure = status.error();
            return loop.stop();
        }
        auto state = state_of(*status);
        if (state == last && !live) return;
        last = std::move(state);
        if (wants_json(call)) {
            print_json_line(call, supervise::to_json(*status));
            call.out.flush();
            return;
        }
        std::ostringstream text;
        print(call, *status, text);
        screen.show(text.str());
    };
    again();
    if (!failure) {
        timer.repeat(every, again);
        loop.run();
    }
    if (failure && !(last && failure->fault == Fault::not_running)) return fail(std::move(*failure));
    return Exit::ok;
}

Result<int> run(Invocation& call) {
    const auto every = watch_option(call);
    if (!every) return fail(every.error());
    auto home = home::Home::open(call.home);
    if (!home) return fail(cannot("show the status of", call.home, std::move(home).error()));
    if (*every) return watch(call, *home, **every);
    const auto status = look(call, *home);
    if (!status) return fail(status.error());
    if (wants_json(call)) {
        print_json(call, "layer-cake.status/1", supervise::to_json(*status));
        return Exit::ok;
    }
    if (!status->guarded)
        note(call, "the guardian of this group is gone: a kill of the group would leave processes behind");
    print(call, *status, call.out);
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
