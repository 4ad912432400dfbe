#include <cli/commands.hpp>
#include <cli/load/chart.hpp>
#include <cli/load/crew.hpp>
#include <cli/load/live_line.hpp>
#include <cli/load/report.hpp>
#include <cli/output.hpp>
#include <cli/progress.hpp>
#include <cli/table.hpp>
#include <fmt/format.h>
#include <ostream>
#include <poll.h>
#include <sys/resource.h>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "clients", .help = "clients that wait for each answer (default 10)", .value = "N"},
    {.name = "requests",
     .help = "stop when each client has made so many",
     .value = "N",
     .letter = 'n',
     .initials = false},
    {.name = "slow-down", .help = "pause of a client between requests, a quarter more or less", .value = "SPAN"},
    {.name = "rate", .help = "requests a second, answered or not: 200, or 100@5s,0..500@10s", .value = "RATES"},
    {.name = "constant", .help = "send at even distances (default: at random, Poisson)", .initials = false},
    {.name = "connections", .help = "at most so many with --rate (default 1000)", .value = "N", .initials = false},
    {.name = "duration", .help = "how long to send (default 10s)", .value = "SPAN"},
    {.name = "timeout", .help = "give up on an answer after this time (default 5s)", .value = "SPAN"},
    {.name = "within", .help = "an answer is good within this time (default 1s)", .value = "SPAN"},
    {.name = "retries",
     .help = "try again so often what was refused or lost (default 0)",
     .value = "N",
     .initials = false},
    {.name = "retry-pause", .help = "before a retry, a quarter more or less (default 100ms)", .value = "SPAN"},
    {.name = "method", .help = "of the requests (default GET, or POST with a body)", .value = "METHOD"},
    {.name = "header",
     .help = "add a header",
     .value = "NAME: VALUE",
     .letter = 'H',
     .repeats = true,
     .initials = false},
    {.name = "body", .help = "of the requests; @FILE reads it", .value = "TEXT"},
    {.name = "xy", .help = "ask for tables of random size up to N by N, and check each", .value = "N"},
    {.name = "expect-status", .help = "fail when an answer has another status", .value = "STATUS,..."},
    {.name = "close", .help = "use a new connection for each request", .initials = false},
    {.name = "processes", .help = "generate in so many processes (default 1)", .value = "N"},
    {.name = "seed", .help = "of all that is random", .value = "N"},
    {.name = "interval", .help = "of the rows in the JSON report (default 1s)", .value = "SPAN"},
};

/// Raises what one process may have open, and fails when even that is too little.
Result<void> make_room(const load::Plan& plan) {
    constexpr rlim_t others = 64;
    const rlim_t wanted = (plan.open() ? plan.connections : plan.clients) / plan.processes + others;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= wanted) return layer_cake::ok();
    if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < wanted)
        return fail(Fault::failed,
                    fmt::format("a process may have {} connections only: use more --processes, or raise its limit of "
                                "open files (ulimit -n)",
                                limit.rlim_max - others));
    limit.rlim_cur = wanted;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return layer_cake::ok();
}

/// Connects once: a load on nothing is a mistake that one line can tell.
Result<void> knock(const net::ServerPlace& server, Duration timeout) {
    int error = ECONNREFUSED;
    for (const auto& address : server.addresses) {
        auto under_way = net::start_connect(address.base(), address.size);
        error = under_way.error;
        if (error == EAGAIN || under_way.done) return layer_cake::ok();
        if (error != 0) continue;
        pollfd one{under_way.fd.get(), POLLOUT, 0};
        constexpr Duration longest = std::chrono::minutes(1);
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(std::min(timeout, longest)).count();
        if (::poll(&one, 1, static_cast<int>(wait)) == 0) {
            error = ETIMEDOUT;
            continue;
        }
        socklen_t size = sizeof error;
        ::getsockopt(under_way.fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error == 0) return layer_cake::ok();
    }
    return fail(net::connect_error(server.endpoint, error));
}

Error cannot_load(const load::Plan& plan, Error error) {
    error.fault = Fault::failed;
    return in_doing(fmt::format("cannot load \"{}\"", plan.url), std::move(error));
}

Result<int> run(Invocation& call) {
    const auto plan = load::read_plan(call);
    if (!plan) return fail(plan.error());
    const auto server = net::find_server(plan->target.endpoint);
    if (!server) return fail(cannot_load(*plan, server.error()));
    auto ready = make_room(*plan);
    if (ready) ready = knock(*server, plan->timeout);
    if (!ready) return fail(cannot_load(*plan, std::move(ready).error()));

    load::LiveLine line(call.err, call.err_is_terminal);
    std::function<void(const load::Standing&)> watch;
    if (line.live()) watch = [&](const load::Standing& standing) { line.show(*plan, standing); };
    const auto outcome = load::run_crew(*plan, *server, watch);
    line.finish();
    if (!outcome) return fail(cannot_load(*plan, outcome.error()));

    if (wants_json(call)) {
        print_json(call, "layer-cake.load/1", load::report_json(*plan, *outcome));
    } else {
        load::ReportRules rules{.colour = colour_wanted(call), .blocks = load::locale_has_blocks()};
        if (call.out_is_terminal) rules.columns = progress_rules(false).columns;
        load::print_report(call.out, *plan, *outcome, rules);
    }
    if (outcome->interrupted != 0) return 128 + outcome->interrupted;
    auto judged = load::verdict(*plan, *outcome);
    if (!judged) return fail(std::move(judged).error());
    return Exit::ok;
}

} // namespace

constinit const Command load_command{
    .name = "load",
    .words = "URL",
    .summary = "make requests as many clients would, and report how they were answered",
    .options = options,
    .run = run,
};

} // namespace layer_cake::cli
