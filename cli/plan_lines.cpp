#include <cli/plan_lines.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/supervise/control.hpp>

namespace layer_cake::cli {
namespace {

std::string because(const supervise::Changes& changes, const std::string& name) {
    const auto keys = changes.keys.find(name);
    return keys == changes.keys.end() || keys->second.empty() ? std::string()
                                                              : fmt::format(" ({} changed)", join(keys->second, ", "));
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

Table plan_table(const Plan& plan, bool running) {
    const auto& changes = plan.changes;
    Table table;
    auto row = [&](const char* mark, Colour colour, const std::string& name, std::string what) {
        table.row({Cell(mark + (" " + name), colour), Cell(std::move(what))});
    };
    for (const auto& name : changes.added)
        row("+", Colour::green, name, "add");
    for (const auto& name : plan.started)
        row("+", Colour::green, name, "start");
    for (const auto& name : changes.changed)
        row("~", Colour::yellow, name, (running ? "restart" : "change") + because(changes, name));
    for (const auto& name : changes.updated)
        row("~", Colour::yellow, name, "update" + because(changes, name));
    for (const auto& name : changes.removed)
        row("-", Colour::red, name, "remove");
    for (const auto& what : changes.endpoint)
        row("~", Colour::yellow, what, "change");
    return table;
}

codec::Value plan_to_json(const Plan& plan) {
    codec::Value keys = codec::Object{};
    for (const auto& [name, differing] : plan.changes.keys)
        keys.set(name, names(differing));
    codec::Value value = codec::Object{};
    value.set("added", names(plan.changes.added));
    value.set("started", names(plan.started));
    value.set("removed", names(plan.changes.removed));
    value.set("changed", names(plan.changes.changed));
    value.set("updated", names(plan.changes.updated));
    value.set("keys", std::move(keys));
    value.set("endpoint", names(plan.changes.endpoint));
    return value;
}

supervise::Changes changes_from_json(const codec::Value& answer) {
    supervise::Changes changes;
    changes.added = names_in(answer, "added");
    changes.removed = names_in(answer, "removed");
    changes.changed = names_in(answer, "changed");
    changes.updated = names_in(answer, "updated");
    changes.endpoint = names_in(answer, "endpoint");
    if (const auto* keys = answer.find("keys"); keys && keys->object())
        for (const auto& member : *keys->object())
            changes.keys.emplace(member.name, names_in(*keys, member.name));
    return changes;
}

Result<supervise::Changes> preview(const home::Home& home, const Deadline& deadline,
                                   const std::vector<std::string>& roles, const codec::Value* definition) {
    codec::Value body = codec::Object{};
    body.set("dry_run", true);
    if (!roles.empty()) body.set("roles", names(roles));
    if (definition) body.set("definition", *definition);
    auto answer = supervise::ControlClient(home.paths()).call("POST", "/reload", body, deadline.for_answer());
    if (!answer) return fail(std::move(answer).error());
    return changes_from_json(*answer);
}

} // namespace layer_cake::cli
