#include <algorithm>
#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/role_words.hpp>
#include <fmt/format.h>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "all-roles", .help = "delete every role"},
};

Result<void> refuse_running(const home::Home& home, const std::vector<std::string>& names) {
    const auto running = running_roles(home);
    if (!running) return fail(running.error());
    std::vector<std::string> busy;
    for (const auto& name : names)
        if (std::find(running->begin(), running->end(), name) != running->end())
            busy.push_back(fmt::format("\"{}\"", name));
    if (busy.empty()) return layer_cake::ok();
    return fail(Fault::busy, fmt::format("{} {} running (\"layer-cake stop\" first)", fmt::join(busy, ", "),
                                         busy.size() == 1 ? "is" : "are"));
}

Result<int> run(Invocation& call) {
    const auto path = shown(call.home);
    const auto wrong = [&](Error error) { return fail(cannot("delete from", path, std::move(error))); };

    if (call.words.empty() != call.has("all-roles"))
        return wrong({Fault::invalid, call.words.empty() ? "no role given (--all-roles deletes every one)"
                                                         : "--all-roles takes no words beside it"});
    auto home = home::Home::open(call.home);
    if (!home) return wrong(home.error());

    std::vector<std::string> folders, roles;
    const auto changed = home->change([&](codec::Value& definition) -> Result<void> {
        const auto names = select_roles(definition, call.words);
        if (!names) return fail(names.error());
        if (auto idle = refuse_running(*home, *names); !idle) return idle;
        for (const auto& instance : instances(definition))
            if (std::find(names->begin(), names->end(), instance.role) != names->end())
                folders.push_back(instance.name);
        for (const auto& name : *names)
            definition.find("roles")->erase(name);
        roles = *names;
        return layer_cake::ok();
    });
    if (!changed) return wrong(changed.error());
    if (auto forgotten = forget_in_running(*home, roles); !forgotten) return wrong(forgotten.error());
    for (const auto& folder : folders)
        if (auto removed = home->remove_role(folder); !removed) return wrong(removed.error());
    return Exit::ok;
}

} // namespace

constinit const Command delete_command{
    .name = "delete",
    .words = "[ROLE...]",
    .summary = "remove roles with their logs and history",
    .options = options,
    .run = run,
    .completes = "role-names",
};

} // namespace layer_cake::cli
