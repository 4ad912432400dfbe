#include <algorithm>
#include <cli/bring_up.hpp>
#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/foreground.hpp>
#include <cli/plan_lines.hpp>
#include <cli/program_settings.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <ostream>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "file", .help = "the group file (default layer-cake.yaml)", .value = "FILE", .completes = "files"},
    {.name = "detach", .help = "return when the roles have been started"},
    {.name = "wait",
     .help = "return when the roles are ready, started, healthy or completed (alone: ready)",
     .value = "[GOAL]",
     .completes = "ready|started|healthy|completed"},
    {.name = "timeout", .help = "stop waiting after this time; the group keeps running", .value = "SPAN"},
    {.name = "dry-run", .help = "print what would be done, and do nothing"},
    {.name = "no-start", .help = "create or update the home, and start nothing"},
};

/// What the home is to become. `group` is what it says now when no file was given.
struct Wanted {
    codec::Value definition;
    home::Group group;
};

Result<std::optional<std::filesystem::path>> chosen_file(const Invocation& call) {
    std::vector<std::string> files = call.words;
    if (auto file = call.value("file")) files.push_back(*file);
    if (files.size() > 1) return fail(Fault::invalid, "up takes one file");
    if (!files.empty()) return std::optional<std::filesystem::path>(files.front());
    for (const char* name : {"layer-cake.yaml", "layer-cake.yml"})
        if (is_there(name)) return std::optional<std::filesystem::path>(name);
    return std::optional<std::filesystem::path>();
}

Result<Wanted> read_wanted(const std::filesystem::path& file) {
    if (!is_there(file)) return fail(Fault::missing, fmt::format("no file \"{}\"", file.string()));
    const auto source = home::load_source(file, home::environment_variable);
    if (!source) return fail(home::to_error(source.error()));
    auto group = home::resolve(*source);
    if (!group) return fail(home::to_error(group.error()));
    if (const auto wrong = check_programs(*source); !wrong.empty()) return fail(home::to_error(wrong));
    return Wanted{home::freeze(*source), std::move(*group)};
}

Result<void> store(const Invocation& call, std::optional<home::Home>& home, const codec::Value& definition) {
    if (!home) {
        auto created = home::Home::create(call.home, definition);
        if (!created) return fail(std::move(created).error());
        home.emplace(std::move(*created));
        return layer_cake::ok();
    }
    if (auto source = home->source(); source && source->value == definition) return layer_cake::ok();
    return home->change([&](codec::Value& stored) {
        stored = definition;
        return layer_cake::ok();
    });
}

bool is_down(const supervise::RoleStatus& role) {
    return role.state == supervise::State::stopped || role.state == supervise::State::failed;
}

/// What `up` will do: to the group that runs, else to what is stored.
Result<Plan> make_plan(const Invocation& call, const Deadline& deadline, const std::optional<home::Home>& home,
                       const home::Group& before, const Wanted& wanted, bool running) {
    Plan plan;
    if (!running || call.has("no-start")) {
        plan.changes = supervise::difference(before, wanted.group);
        if (!call.has("dry-run") || call.has("no-start")) return plan;
        for (const auto& role : wanted.group.roles)
            if (before.find(role.name)) plan.started.push_back(role.name);
        return plan;
    }
    auto changes = preview(*home, deadline, {}, wanted.definition.is_null() ? nullptr : &wanted.definition);
    if (!changes) return fail(cannot("bring up", call.home, std::move(changes).error()));
    plan.changes = std::move(*changes);
    auto status = supervise::ControlClient(home->paths()).status(deadline.for_answer());
    if (!status) return fail(cannot("bring up", call.home, std::move(status).error()));
    const auto& gone = plan.changes.removed;
    for (const auto& role : status->roles)
        if (is_down(role) && std::find(gone.begin(), gone.end(), role.name) == gone.end())
            plan.started.push_back(role.name);
    return plan;
}

void print_plan(Invocation& call, const Plan& plan, bool running) {
    const bool dry = call.has("dry-run");
    if (dry && wants_json(call)) {
        print_json(call, "layer-cake.plan/1", plan_to_json(plan));
        return;
    }
    std::ostream& to = dry ? call.out : call.err;
    const bool colour = dry ? colour_wanted(call) : colour_wanted_on_err(call);
    if (plan.empty())
        call.err << "nothing to change\n";
    else
        plan_table(plan, running).print(to, colour);
    to.flush();
}

/// Makes a running group what the definition now says, and starts in it what was stopped or had failed.
Result<void> apply(Invocation& call, const OpenHome& opened, const Plan& plan, const Patience& patience) {
    if (plan.started.empty()) return wait_until_up(call, opened, opened.names(), patience, "/reload");
    if (auto done = wait_until_up(call, opened, {}, patience, "/reload"); !done) return done;
    return wait_until_up(call, opened, opened.names(), patience, "/start", roles_body(plan.started));
}

Result<int> run(Invocation& call) {
    const auto patience = read_patience(call);
    if (!patience) return fail(patience.error());
    const auto file = chosen_file(call);
    if (!file) return fail(file.error());

    auto opened = home::Home::open(call.home);
    std::optional<home::Home> home;
    if (opened) home.emplace(std::move(*opened));
    if (!home && opened.error().fault != Fault::missing)
        return fail(cannot("bring up", call.home, std::move(opened).error()));
    if (!home && !*file)
        return fail(Fault::missing,
                    fmt::format("cannot bring up \"{}\": there is no such home, and no file \"layer-cake.yaml\" here",
                                call.home));

    home::Group before;
    if (home)
        if (auto group = home->group()) before = std::move(*group);
    Wanted wanted;
    if (*file) {
        auto read = read_wanted(**file);
        if (!read) return fail(std::move(read).error());
        wanted = std::move(*read);
        if (wanted.group.roles.empty())
            return fail(Fault::invalid, fmt::format("cannot bring up \"{}\": it has no roles", (*file)->string()));
    } else {
        auto group = home->group();
        if (!group) return fail(home::to_error(group.error()));
        wanted.group = std::move(*group);
    }

    const WallTime from = SystemClock().wall();
    const bool running = home && runs(*home, patience->deadline);
    const auto plan = make_plan(call, patience->deadline, home, before, wanted, running);
    if (!plan) return fail(plan.error());
    if (*file || running || call.has("dry-run")) print_plan(call, *plan, running && !call.has("no-start"));
    if (call.has("dry-run")) return Exit::ok;
    if (*file)
        if (auto stored = store(call, home, wanted.definition); !stored)
            return fail(cannot("bring up", call.home, std::move(stored).error()));
    if (call.has("no-start")) return Exit::ok;

    const OpenHome ready{std::move(*home), std::move(wanted.group)};
    if (ready.group.roles.empty())
        return fail(Fault::missing, fmt::format("cannot bring up \"{}\": it has no roles", ready.path()));
    const bool background = call.has("detach") || call.has("wait");
    if (!running && !background) return run_in_foreground(call, ready, {});
    auto done = running ? apply(call, ready, *plan, *patience) : start_in_background(call, ready, {}, {}, *patience);
    if (!done) return fail(std::move(done).error());
    return background ? Result<int>(Exit::ok) : follow_in_foreground(call, ready, from);
}

} // namespace

constinit const Command up_command{
    .name = "up",
    .words = "[FILE]",
    .summary = "make a home what a group file says, and run it",
    .options = options,
    .run = run,
    .completes = "files",
};

} // namespace layer_cake::cli
