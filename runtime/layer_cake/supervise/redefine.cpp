#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/supervise/supervisor.hpp>

/// What the supervisor does with a definition that may have changed since the group was started.
namespace layer_cake::supervise {
namespace {

/// The instances that names of instances or of roles with replicas mean in any of these groups; none: all of the first.
Result<std::vector<std::string>> instances_of(const std::vector<const home::Group*>& groups,
                                              const std::vector<std::string>& names) {
    std::vector<std::string> all;
    if (names.empty())
        for (const auto& role : groups.front()->roles)
            all.push_back(role.name);
    for (const auto& name : names) {
        bool any = false;
        for (const auto* group : groups)
            for (const auto& role : group->roles) {
                if (role.name != name && role.base != name) continue;
                any = true;
                if (std::find(all.begin(), all.end(), role.name) == all.end()) all.push_back(role.name);
            }
        if (!any) return fail(Fault::missing, fmt::format("no role \"{}\"", name));
    }
    return all;
}

} // namespace

void Supervisor::adopt(home::Group group) {
    group_ = std::move(group);
    if (!main_role_option_.empty()) group_.main_role = main_role_option_;
}

Result<std::vector<std::string>> Supervisor::instances(const std::vector<std::string>& names) const {
    return instances_of({&group_}, names);
}

Result<home::Group> Supervisor::defined() const {
    if (stopping_) return fail(Fault::not_running, "the group is stopping");
    auto read = home_.group();
    if (!read) return fail(home::to_error(read.error()));
    return std::move(*read);
}

Result<std::vector<std::string>> Supervisor::start_as_defined(const std::vector<std::string>& roles,
                                                              bool dependencies) {
    auto wanted = defined();
    if (!wanted) return fail(std::move(wanted).error());
    auto names = instances_of({&*wanted}, roles);
    if (!names) return names;
    auto concerned = dependencies ? with_dependencies(*wanted, *names) : *names;
    std::erase_if(concerned, [this](const auto& name) {
        const auto* role = find(name);
        return role && role->alive();
    });
    apply(*wanted, restricted(difference(group_, *wanted), concerned));
    start(*names, dependencies);
    return names;
}

Result<std::vector<std::string>> Supervisor::restart_as_defined(const std::vector<std::string>& roles, bool kill) {
    auto wanted = defined();
    if (!wanted) return fail(std::move(wanted).error());
    auto names = instances_of({&*wanted}, roles);
    if (!names) return names;
    if (roles.empty() && events_.adopting)
        if (auto adopted = events_.adopting(*wanted); !adopted) return fail(std::move(adopted).error());
    auto changes = difference(group_, *wanted);
    if (!roles.empty()) {
        auto concerned = *names;
        for (const auto& name : with_dependencies(*wanted, *names))
            if (!find(name)) concerned.push_back(name);
        changes = restricted(changes, concerned);
    }
    apply(*wanted, changes);
    if (roles.empty()) adopt(std::move(*wanted));
    for (const auto& name : *names)
        find(name)->restart(kill);
    settle();
    return names;
}

Result<Changes> Supervisor::preview(const std::vector<std::string>& roles, const codec::Value* definition) const {
    auto stored = definition ? home_.group_of(*definition) : home_.group();
    if (!stored) return fail(home::to_error(stored.error()));
    const auto changes = difference(group_, *stored);
    if (roles.empty()) return changes;
    auto names = instances_of({&*stored, &group_}, roles);
    if (!names) return fail(std::move(names).error());
    return restricted(changes, *names);
}

Result<Changes> Supervisor::reload(const std::vector<std::string>& roles) {
    auto wanted = defined();
    if (!wanted) return fail(std::move(wanted).error());
    if (roles.empty() && events_.adopting)
        if (auto adopted = events_.adopting(*wanted); !adopted) return fail(std::move(adopted).error());
    auto changes = difference(group_, *wanted);
    if (!roles.empty()) {
        auto names = instances_of({&*wanted, &group_}, roles);
        if (!names) return fail(std::move(names).error());
        changes = restricted(changes, *names);
    }
    apply(*wanted, changes);
    if (roles.empty()) adopt(std::move(*wanted));
    return changes;
}

void Supervisor::apply(const home::Group& wanted, const Changes& changes) {
    for (const auto& name : changes.removed) {
        removals_.push_back(name);
        replacements_.erase(name);
        find(name)->stop(false);
    }
    for (const auto& name : changes.changed) {
        replacements_.insert_or_assign(name, *wanted.find(name));
        if (!find(name)->settled()) find(name)->restart(false);
    }
    for (const auto& name : changes.updated) {
        if (const auto coming = replacements_.find(name); coming != replacements_.end())
            coming->second = *wanted.find(name);
        else
            find(name)->update(*wanted.find(name));
    }
    group_ = merged(group_, wanted, changes);
    for (const auto& name : changes.added) {
        // It may be just leaving: then it comes back as it is defined now.
        if (std::erase(removals_, name) > 0)
            replacements_.insert_or_assign(name, *group_.find(name));
        else
            add(*group_.find(name));
        find(name)->start();
    }
    settle();
}

} // namespace layer_cake::supervise
