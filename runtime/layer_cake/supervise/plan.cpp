#include <algorithm>
#include <functional>
#include <layer_cake/supervise/plan.hpp>
#include <queue>
#include <set>
#include <unordered_map>

namespace layer_cake::supervise {
namespace {

using Edges = std::vector<std::vector<std::size_t>>;

std::unordered_map<std::string_view, std::size_t> places(const home::Group& group) {
    std::unordered_map<std::string_view, std::size_t> at;
    for (std::size_t i = 0; i < group.roles.size(); ++i)
        at.emplace(group.roles[i].name, i);
    return at;
}

/// For each role those it depends on, each once.
Edges dependencies(const home::Group& group) {
    const auto at = places(group);
    Edges edges(group.roles.size());
    for (std::size_t i = 0; i < group.roles.size(); ++i) {
        for (const auto& dependency : group.roles[i].depends_on) {
            const auto found = at.find(dependency.role);
            if (found != at.end() && found->second != i) edges[i].push_back(found->second);
        }
        std::sort(edges[i].begin(), edges[i].end());
        edges[i].erase(std::unique(edges[i].begin(), edges[i].end()), edges[i].end());
    }
    return edges;
}

Edges reversed(const Edges& edges) {
    Edges back(edges.size());
    for (std::size_t i = 0; i < edges.size(); ++i)
        for (const auto to : edges[i])
            back[to].push_back(i);
    return back;
}

std::vector<std::size_t> ordered(const home::Group& group) {
    const Edges needs = dependencies(group);
    const Edges needed = reversed(needs);
    std::vector<std::size_t> missing(needs.size()), order;
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>>
        free; // the first in the file comes first
    for (std::size_t i = 0; i < needs.size(); ++i) {
        missing[i] = needs[i].size();
        if (missing[i] == 0) free.push(i);
    }
    while (!free.empty()) {
        const auto next = free.top();
        free.pop();
        order.push_back(next);
        for (const auto dependent : needed[next])
            if (--missing[dependent] == 0) free.push(dependent);
    }
    for (std::size_t i = 0; i < needs.size(); ++i)
        if (missing[i] != 0) order.push_back(i); // a cycle: the file's check refuses it, here nobody is lost
    return order;
}

std::vector<std::string> reach(const home::Group& group, const std::vector<std::string>& names, const Edges& edges) {
    const auto at = places(group);
    std::vector<bool> in(group.roles.size());
    std::vector<std::size_t> open;
    const auto take = [&](std::size_t i) {
        if (in[i]) return;
        in[i] = true;
        open.push_back(i);
    };
    for (const auto& name : names)
        if (const auto found = at.find(name); found != at.end()) take(found->second);
    while (!open.empty()) {
        const auto from = open.back();
        open.pop_back();
        for (const auto to : edges[from])
            take(to);
    }
    std::vector<std::string> reached;
    for (const auto i : ordered(group))
        if (in[i]) reached.push_back(group.roles[i].name);
    return reached;
}

/// What a process is told by other ways than its command: a variable or a descriptor that only a new process can be
/// given.
bool told_alike(const home::Role& a, const home::Role& b) {
    using Kind = home::Probe::Kind;
    const auto notifies = [](const home::Role& role) {
        return role.watchdog || (role.ready && role.ready->kind == Kind::notify) ||
               (role.readiness && role.readiness->kind == Kind::notify) ||
               (role.liveness && role.liveness->kind == Kind::notify);
    };
    const auto fd = [](const home::Role& role) {
        return role.ready && role.ready->kind == Kind::fd ? role.ready->fd : -1;
    };
    return a.watchdog == b.watchdog && notifies(a) == notifies(b) && fd(a) == fd(b);
}

std::vector<std::string> endpoint_differences(const home::Group& before, const home::Group& after) {
    std::vector<std::string> found;
    if (before.http != after.http) found.emplace_back("http");
    for (const auto& pool : after.pools) {
        const auto* old = before.find_pool(pool.name);
        if (!old || *old != pool) found.push_back("pool \"" + pool.name + "\"");
    }
    for (const auto& pool : before.pools)
        if (!after.find_pool(pool.name)) found.push_back("pool \"" + pool.name + "\"");
    return found;
}

bool same_process(const home::Role& a, const home::Role& b) {
    return a.base == b.base && a.index == b.index && a.type == b.type && a.command == b.command &&
           a.settings == b.settings && a.working_dir == b.working_dir && a.environment == b.environment &&
           a.protocol == b.protocol && a.ports == b.ports && a.addresses == b.addresses && a.limits == b.limits &&
           a.user == b.user && a.umask == b.umask && told_alike(a, b);
}

} // namespace

std::vector<std::string> start_order(const home::Group& group) {
    std::vector<std::string> names;
    for (const auto i : ordered(group))
        names.push_back(group.roles[i].name);
    return names;
}

std::vector<std::string> with_dependencies(const home::Group& group, const std::vector<std::string>& names) {
    return reach(group, names, dependencies(group));
}

std::vector<std::string> with_dependents(const home::Group& group, const std::vector<std::string>& names) {
    return reach(group, names, reversed(dependencies(group)));
}

Changes difference(const home::Group& before, const home::Group& after) {
    const auto old_places = places(before), new_places = places(after);
    Changes changes;
    for (const auto& role : after.roles) {
        const auto found = old_places.find(role.name);
        if (found == old_places.end()) {
            changes.added.push_back(role.name);
            continue;
        }
        const auto& old = before.roles[found->second];
        if (old == role) continue;
        (same_process(old, role) ? changes.updated : changes.changed).push_back(role.name);
        changes.keys.emplace(role.name, changed_keys(old, role));
    }
    for (const auto& role : before.roles)
        if (!new_places.contains(role.name)) changes.removed.push_back(role.name);
    changes.endpoint = endpoint_differences(before, after);
    return changes;
}

Changes restricted(const Changes& changes, const std::vector<std::string>& names) {
    const std::set<std::string_view> wanted(names.begin(), names.end());
    Changes some = changes;
    some.endpoint.clear();
    const auto other = [&](const std::string& name) { return !wanted.contains(name); };
    for (auto* list : {&some.added, &some.removed, &some.changed, &some.updated})
        std::erase_if(*list, other);
    std::erase_if(some.keys, [&](const auto& entry) { return other(entry.first); });
    return some;
}

home::Group merged(const home::Group& running, const home::Group& wanted, const Changes& taken) {
    const auto runs = places(running), defined = places(wanted);
    std::set<std::string_view> anew, gone(taken.removed.begin(), taken.removed.end());
    for (const auto* list : {&taken.added, &taken.changed, &taken.updated})
        anew.insert(list->begin(), list->end());
    home::Group group = running;
    group.roles.clear();
    for (const auto& role : wanted.roles) {
        const auto found = runs.find(role.name);
        if (anew.contains(role.name))
            group.roles.push_back(role);
        else if (found != runs.end())
            group.roles.push_back(running.roles[found->second]);
    }
    for (const auto& role : running.roles)
        if (!defined.contains(role.name) && !gone.contains(role.name)) group.roles.push_back(role);
    return group;
}

std::vector<std::string> changed_keys(const home::Role& before, const home::Role& after) {
    std::vector<std::string> keys;
    auto note = [&](bool same, const char* key) {
        if (!same) keys.emplace_back(key);
    };
    note(before.command == after.command, "command");
    note(before.settings == after.settings, "settings");
    note(before.type == after.type, "type");
    note(before.working_dir == after.working_dir, "working_dir");
    note(before.environment == after.environment, "environment");
    note(before.protocol == after.protocol, "protocol");
    note(before.ports == after.ports, "ports");
    note(before.addresses == after.addresses, "addresses");
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

} // namespace layer_cake::supervise
