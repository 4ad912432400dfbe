#include <cli/plan_lines.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>

namespace layer_cake::cli {
namespace {

std::string because(const home::Group& before, const home::Group& after, const std::string& name) {
    const home::Role* was = before.find(name);
    const home::Role* is = after.find(name);
    if (!was || !is) return {};
    const auto keys = changed_keys(*was, *is);
    return keys.empty() ? std::string() : fmt::format(" ({} changed)", join(keys, ", "));
}

codec::Value names(const std::vector<std::string>& roles) {
    codec::Array all;
    for (const auto& role : roles)
        all.emplace_back(role);
    return all;
}

std::vector<std::string> names_in(const codec::Value& answer, std::string_view member) {
    std::vector<std::string> all;
    const codec::Value* found = answer.find(member);
    if (!found || !found->array()) return all;
    for (const auto& name : *found->array())
        if (name.string()) all.push_back(*name.string());
    return all;
}

} // namespace

std::vector<std::string> changed_keys(const home::Role& before, const home::Role& after) {
    std::vector<std::string> keys;
    auto note = [&](bool same, const char* key) {
        if (!same) keys.emplace_back(key);
    };
    note(before.command == after.command, "command");
    note(before.type == after.type, "type");
    note(before.working_dir == after.working_dir, "working_dir");
    note(before.environment == after.environment, "environment");
    note(before.depends_on == after.depends_on, "depends_on");
    note(before.ready == after.ready, "ready");
    note(before.readiness == after.readiness, "readiness");
    note(before.liveness == after.liveness, "liveness");
    note(before.watchdog == after.watchdog, "watchdog");
    note(before.restart == after.restart, "restart");
    note(before.shutdown == after.shutdown, "shutdown");
    note(before.log == after.log, "log");
    note(before.limits == after.limits, "limits");
    note(before.user == after.user, "user");
    note(before.umask == after.umask, "umask");
    return keys;
}

Table plan_table(const home::Group& before, const home::Group& after, const supervise::Changes& changes, bool running) {
    Table table;
    auto row = [&](const char* mark, Colour colour, const std::string& name, std::string what) {
        table.row({Cell(mark + (" " + name), colour), Cell(std::move(what))});
    };
    for (const auto& name : changes.added)
        row("+", Colour::green, name, "add");
    for (const auto& name : changes.changed)
        row("~", Colour::yellow, name, (running ? "restart" : "change") + because(before, after, name));
    for (const auto& name : changes.updated)
        row("~", Colour::yellow, name, "update" + because(before, after, name));
    for (const auto& name : changes.removed)
        row("-", Colour::red, name, "remove");
    return table;
}

codec::Value plan_to_json(const home::Group& before, const home::Group& after, const supervise::Changes& changes) {
    codec::Value keys = codec::Object{};
    for (const auto* list : {&changes.changed, &changes.updated})
        for (const auto& name : *list) {
            const home::Role* was = before.find(name);
            const home::Role* is = after.find(name);
            if (was && is) keys.set(name, names(changed_keys(*was, *is)));
        }
    codec::Value plan = codec::Object{};
    plan.set("added", names(changes.added));
    plan.set("removed", names(changes.removed));
    plan.set("changed", names(changes.changed));
    plan.set("updated", names(changes.updated));
    plan.set("keys", std::move(keys));
    return plan;
}

supervise::Changes changes_from_json(const codec::Value& answer) {
    supervise::Changes changes;
    changes.added = names_in(answer, "added");
    changes.removed = names_in(answer, "removed");
    changes.changed = names_in(answer, "changed");
    changes.updated = names_in(answer, "updated");
    return changes;
}

} // namespace layer_cake::cli
