#include <algorithm>
#include <cli/commands.hpp>
#include <cli/lives.hpp>
#include <cli/output.hpp>
#include <cli/wait_for.hpp>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/process/returned_file.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "start",
     .help = "of the start with this number in the history; negative counts from the end",
     .value = "N"},
    {.name = "timeout", .help = "how long to wait for a process that runs", .value = "SPAN"},
};

/// The roles asked about: the one named, else the main role, else all.
Result<std::vector<std::string>> roles_asked(const Invocation& call, const OpenHome& opened) {
    if (call.words.size() > 1) return fail(Fault::invalid, "returned takes one role");
    if (!call.words.empty()) {
        auto role = named_role(opened.group, call.words.front());
        if (!role) return fail(std::move(role).error());
        return std::vector<std::string>{std::move(*role)};
    }
    if (!opened.group.main_role.empty()) return std::vector<std::string>{opened.group.main_role};
    if (opened.group.roles.empty()) return fail(Fault::missing, "it has no roles");
    return opened.names();
}

/// The life asked about; nothing when the role was never started.
Result<std::optional<home::Life>> chosen_life(const Invocation& call, const home::Home& home, const std::string& role,
                                              Duration patience) {
    auto lives = read_lives(home, role, patience);
    if (!lives) return fail(std::move(lives).error());
    if (lives->empty()) return std::optional<home::Life>();
    auto index = life_index(call.value("start").value_or("-1"), lives->size());
    if (!index) return fail(std::move(index).error());
    return std::optional(std::move((*lives)[*index]));
}

/// How the life that began at `started` ended, when it has.
std::optional<home::Ended> end_of(const home::Home& home, const std::string& role, WallTime started, bool alive) {
    const auto lives = home::History(home.paths().history(role)).read(alive);
    if (!lives) return std::nullopt;
    for (const auto& life : *lives)
        if (life.started == started && !is_running(life)) return life.ended;
    return std::nullopt;
}

Result<home::Ended> await_end(const home::Home& home, const std::string& role, const home::Life& life,
                              Duration timeout) {
    if (!is_running(life)) return life.ended;
    std::optional<home::Ended> ended;
    Following following;
    following.timeout = timeout;
    following.done = [&](const GroupView&) {
        ended = end_of(home, role, life.started, true);
        return ended.has_value();
    };
    auto followed = follow_group(supervise::ControlClient(home.paths()).endpoint(), following);
    if (ended) return *ended;
    if (!followed && followed.error().fault != Fault::not_running && followed.error().fault != Fault::disconnected)
        return fail(std::move(followed).error());
    if (auto last = end_of(home, role, life.started, false)) return *last;
    return fail(Fault::failed, "that start is no longer in its history");
}

/// What an object program returned; of any other its exit status. A fault is told as one, for the command has not
/// failed.
codec::Value value_of(const home::Home& home, const std::string& role, const home::Life& life,
                      const home::Ended& ended) {
    const auto kept = process::kept_returned(home.paths().role(role), life.pid, life.started);
    if (!kept || ended.how != home::Ended::How::exited) return returned_value(ended);
    const auto shipment = codec::parse_json(*kept);
    const auto* value = shipment ? shipment->find("value") : nullptr;
    if (!value || !value->array() || value->array()->size() != 3) return ended.code == 0 ? codec::Value() : ended.code;
    if (ended.code == 0) return (*value->array())[1];
    codec::Value fault = codec::Object{};
    fault.set("fault", *value);
    return fault;
}

Result<int> run(Invocation& call) {
    const auto timeout = span_option(call, "timeout");
    if (!timeout) return fail(timeout.error());
    const auto opened = open_home(call);
    if (!opened) return fail(cannot("tell the returned value of", call.home, opened.error()));
    const auto roles = roles_asked(call, *opened);
    if (!roles) return fail(cannot("tell the returned value of", opened->path(), roles.error()));

    const Deadline deadline(timeout->value_or(Duration::zero()));
    codec::Value all = codec::Object{};
    for (const auto& role : *roles) {
        const auto life = chosen_life(call, opened->home, role, deadline.for_answer());
        if (!life) return fail(cannot("tell the returned value of", role, life.error()));
        if (!*life && roles->size() == 1)
            return fail(cannot("tell the returned value of", role, {Fault::failed, "it was never started"}));
        if (!*life) {
            all.set(role, codec::Value());
            continue;
        }
        const auto ended = await_end(opened->home, role, **life, deadline.left());
        if (!ended && ended.error().fault == Fault::timed_out && *timeout)
            return fail(Fault::timed_out, fmt::format("cannot tell what \"{}\" returned: timed out after {}", role,
                                                      format_span(**timeout)));
        if (!ended) return fail(cannot("tell the returned value of", role, ended.error()));
        all.set(role, value_of(opened->home, role, **life, *ended));
    }
    if (wants_json(call)) {
        print_json(call, "layer-cake.returned/1", codec::Object{{"roles", std::move(all)}});
        return Exit::ok;
    }
    const bool one = roles->size() == 1;
    call.out << codec::write_json(one ? all.object()->front().value : all) << '\n';
    return Exit::ok;
}

} // namespace

constinit const Command returned_command{
    .name = "returned",
    .words = "[ROLE]",
    .summary = "print what a role returned: exit status or signal; waits while it runs",
    .options = options,
    .run = run,
    .completes = "roles",
};

} // namespace layer_cake::cli
