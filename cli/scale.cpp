#include <algorithm>
#include <charconv>
#include <cli/bring_up.hpp>
#include <cli/commands.hpp>
#include <cli/plan_lines.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "wait",
     .help = "return when new replicas are ready, started, healthy or completed (alone: ready)",
     .value = "[GOAL]",
     .completes = "ready|started|healthy|completed"},
    {.name = "timeout", .help = "stop waiting after this time", .value = "SPAN"},
};

struct Count {
    std::string role;
    int replicas = 0;
};

Result<std::vector<Count>> read_counts(const std::vector<std::string>& words) {
    if (words.empty()) return fail(Fault::invalid, "scale needs ROLE=N");
    std::vector<Count> counts;
    for (const auto& word : words) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos || equals == 0)
            return fail(Fault::invalid, fmt::format("\"{}\" is not of the form ROLE=N", word));
        Count count{word.substr(0, equals), 0};
        const char* first = word.data() + equals + 1;
        const char* last = word.data() + word.size();
        const auto [end, ec] = std::from_chars(first, last, count.replicas);
        if (ec != std::errc() || end != last || count.replicas < 0)
            return fail(Fault::invalid, fmt::format("\"{}\": the number of replicas must be 0 or more", word));
        if (std::any_of(counts.begin(), counts.end(), [&](const Count& one) { return one.role == count.role; }))
            return fail(Fault::invalid, fmt::format("\"{}\": role \"{}\" is given twice", word, count.role));
        counts.push_back(std::move(count));
    }
    return counts;
}

/// A pool is scaled by its role.
void name_roles(const home::Group& group, std::vector<Count>& counts) {
    for (auto& count : counts)
        count.role = roles_of_pools(group, {count.role}).front();
}

Result<void> set_replicas(codec::Value& definition, const std::vector<Count>& counts) {
    codec::Value* roles = definition.find("roles");
    std::vector<std::string_view> known;
    if (roles && roles->object())
        for (const auto& member : *roles->object())
            known.push_back(member.name);
    for (const auto& count : counts) {
        codec::Value* role = roles ? roles->find(count.role) : nullptr;
        if (!role)
            return fail(Fault::missing, fmt::format("no role \"{}\"{}", count.role, suggestion(count.role, known)));
        role->set("replicas", count.replicas);
    }
    return layer_cake::ok();
}

Result<int> run(Invocation& call) {
    auto counts = read_counts(call.words);
    if (!counts) return fail(counts.error());
    const auto patience = read_patience(call);
    if (!patience) return fail(patience.error());
    auto opened = open_home(call);
    if (!opened) return fail(cannot("scale", call.home, opened.error()));
    name_roles(opened->group, *counts);
    auto changed = opened->home.change([&](codec::Value& definition) { return set_replicas(definition, *counts); });
    if (!changed) return fail(cannot("scale", opened->path(), std::move(changed).error()));

    auto after = opened->home.group();
    if (!after) return fail(home::to_error(after.error()));
    const home::Group before = std::move(opened->group);
    opened->group = std::move(*after);
    const bool running = runs(opened->home, patience->deadline);
    std::vector<std::string> roles;
    for (const auto& count : *counts)
        roles.push_back(count.role);
    auto changes =
        running ? preview(opened->home, patience->deadline, roles) : supervise::difference(before, opened->group);
    if (!changes) return fail(cannot("scale", opened->path(), std::move(changes).error()));
    plan_table({*changes, {}}, running).print(call.err, colour_wanted_on_err(call));
    if (changes->empty() || !running) return Exit::ok;

    std::vector<std::string> names = changes->added;
    names.insert(names.end(), changes->changed.begin(), changes->changed.end());
    if (auto done = wait_until_up(call, *opened, names, *patience, "/reload", roles_body(roles)); !done)
        return fail(std::move(done).error());
    return Exit::ok;
}

} // namespace

constinit const Command scale_command{
    .name = "scale",
    .words = "ROLE=N...",
    .summary = "change the number of replicas of a role or workers of a pool, also while it runs",
    .options = options,
    .run = run,
    .completes = "role-names",
};

} // namespace layer_cake::cli
