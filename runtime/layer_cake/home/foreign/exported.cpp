#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <layer_cake/home/foreign/exported.hpp>
#include <set>

namespace layer_cake::home::foreign {
namespace {

const ExportKey* find(std::span<const ExportKey> keys, std::string_view name) {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const ExportKey& key) { return key.key == name; });
    return found == keys.end() ? nullptr : &*found;
}

} // namespace

std::vector<Export::One> Export::roles() const {
    std::vector<One> roles;
    for (const auto& role : group_.roles) {
        if (roles.empty() || roles.back().role->base != role.base)
            roles.push_back({&role, 1});
        else
            ++roles.back().replicas;
    }
    return roles;
}

const codec::Value& Export::written(const Role& role) const {
    const auto* roles = source_.value.find("roles");
    const auto* found = roles ? roles->find(role.base) : nullptr;
    assert(found && "a role of a group is written in its source");
    return *found;
}

codec::Mark Export::mark(const Role& role, std::string_view key) const {
    const auto& value = written(role);
    if (const auto* members = value.object())
        for (const auto& member : *members)
            if (member.name == key) return member.mark;
    return value.mark;
}

void Export::translated(const Role& role, std::string_view key, std::string message) {
    notes_.push_back(
        {Note::Kind::translated, source_.place(mark(role, key), fmt::format("role \"{}\": {}", role.base, message))});
}

void Export::not_carried(const Role& role, std::string_view key, std::string_view why) {
    const auto what = key.empty() ? "" : fmt::format(": \"{}\"", key);
    notes_.push_back(
        {Note::Kind::not_carried,
         source_.place(mark(role, key), fmt::format("role \"{}\"{} is not carried: {}", role.base, what, why))});
}

void Export::note_keys(std::span<const ExportKey> role_keys, std::span<const ExportKey> group_keys) {
    const auto note = [&](const codec::Member& member, std::span<const ExportKey> keys, const std::string& before) {
        const auto* key = find(keys, member.name);
        if (member.value.is_null() || member.name.starts_with("x-") || (key && key->why.empty())) return;
        notes_.push_back({Note::Kind::not_carried,
                          source_.place(member.mark, fmt::format("{}\"{}\" is not carried: {}", before, member.name,
                                                                 key ? key->why : "it has no equal there"))});
    };
    for (const auto& member : *source_.value.object())
        if (member.name != "roles") note(member, group_keys, "");
    const auto* roles = source_.value.find("roles");
    if (!roles || !roles->object()) return;
    for (const auto& [name, value, mark] : *roles->object()) {
        if (!value.object() || name.starts_with("x-")) continue;
        if (const auto* replicas = value.find("replicas"); replicas && replicas->integer() == 0)
            notes_.push_back(
                {Note::Kind::not_carried,
                 source_.place(mark, fmt::format("role \"{}\" is not carried: it has no replicas", name))});
        for (const auto& member : *value.object())
            note(member, role_keys, fmt::format("role \"{}\": ", name));
    }
}

ExportResult Export::finish(std::vector<Text> files) && {
    if (group_.roles.empty() && problems_.empty()) refuse({}, "the group has no roles");
    if (!problems_.empty()) return tl::unexpected(by_place(problems_));
    std::set<std::string> seen; // replicas say the same
    std::erase_if(notes_, [&](const Note& note) { return !seen.insert(note.text()).second; });
    std::stable_sort(notes_.begin(), notes_.end(), [](const Note& a, const Note& b) {
        return std::tuple(a.at.mark.line, a.at.mark.column) < std::tuple(b.at.mark.line, b.at.mark.column);
    });
    return Exported{std::move(files), std::move(notes_)};
}

} // namespace layer_cake::home::foreign
