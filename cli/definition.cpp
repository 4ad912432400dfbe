#include <algorithm>
#include <cli/definition.hpp>
#include <cli/plan_lines.hpp>
#include <cli/role_words.hpp>
#include <fmt/format.h>
#include <layer_cake/core/pattern.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/supervise/control.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

std::string program_of(const codec::Value& role) {
    for (const auto* key : {"executable", "command"}) {
        const auto* value = role.find(key);
        if (!value) continue;
        if (const auto* list = value->array()) value = list->empty() ? nullptr : &list->front();
        if (value) return value->scalar_text().value_or("");
    }
    return "";
}

std::optional<std::int64_t> whole_number(const codec::Value& role, std::string_view key) {
    const auto* value = role.find(key);
    return value ? value->integer() : std::nullopt;
}

const codec::Object& roles_of(const codec::Value& definition) {
    static const codec::Object none;
    const auto* roles = definition.find("roles");
    const auto* named = roles ? roles->object() : nullptr;
    return named ? *named : none;
}

} // namespace

std::vector<Instance> instances(const codec::Value& definition) {
    std::vector<Instance> all;
    for (const auto& role : roles_of(definition)) {
        const auto program = program_of(role.value);
        const auto* given = role.value.find("settings");
        const auto settings = given ? *given : codec::Value();
        const auto replicas = whole_number(role.value, "replicas");
        if (!replicas) {
            all.push_back({role.name, role.name, -1, program, settings});
            continue;
        }
        const auto start = whole_number(role.value, "replica_start").value_or(0);
        const auto count = std::min<std::int64_t>(*replicas, home::instance_limit);
        for (std::int64_t i = start; i < start + count; ++i)
            all.push_back({fmt::format("{}-{}", role.name, i), role.name, static_cast<int>(i), program, settings});
    }
    std::sort(all.begin(), all.end(), [](const Instance& a, const Instance& b) { return a.name < b.name; });
    return all;
}

std::vector<std::string> role_names(const codec::Value& definition) {
    std::vector<std::string> names;
    for (const auto& role : roles_of(definition))
        names.push_back(role.name);
    return names;
}

Result<std::vector<std::string>> select_roles(const codec::Value& definition, const std::vector<std::string>& words) {
    const auto names = role_names(definition);
    if (words.empty()) return names;
    std::vector<bool> chosen(names.size(), false);
    for (const auto& word : words) {
        const auto exact = std::find(names.begin(), names.end(), word);
        if (exact != names.end()) {
            chosen[static_cast<std::size_t>(exact - names.begin())] = true;
            continue;
        }
        auto pattern = Pattern::compile(word);
        if (!pattern) return fail(std::move(pattern).error());
        bool any = false;
        for (std::size_t i = 0; i < names.size(); ++i)
            if (pattern->matches_start(names[i])) chosen[i] = any = true;
        if (any) continue;
        for (const auto& instance : instances(definition))
            if (instance.name == word)
                return fail(Fault::missing,
                            fmt::format("\"{}\" is a replica of role \"{}\" (its number is the key `replicas`)", word,
                                        instance.role));
        return fail(no_role_matches(word, names));
    }
    std::vector<std::string> selected;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (chosen[i]) selected.push_back(names[i]);
    return selected;
}

Result<codec::Value> read_definition(const home::Home& home) {
    auto source = home.source();
    if (!source) return fail(home::to_error(source.error()));
    return std::move(source->value);
}

Result<std::vector<supervise::RoleStatus>> running_processes(const home::Home& home) {
    std::vector<supervise::RoleStatus> none;
    if (!home.running()) return none;
    auto status = supervise::ControlClient(home.paths()).status();
    if (!status) {
        if (!home.running()) return none;
        return fail(Fault::busy, fmt::format("the group is running and does not answer ({})", status.error().detail));
    }
    std::erase_if(status->roles, [](const auto& process) { return process.pid <= 0; });
    return std::move(status->roles);
}

Result<std::vector<std::string>> running_roles(const home::Home& home) {
    const auto processes = running_processes(home);
    if (!processes) return fail(processes.error());
    std::vector<std::string> names;
    for (const auto& process : *processes)
        if (std::find(names.begin(), names.end(), process.role) == names.end()) names.push_back(process.role);
    return names;
}

Result<std::string> home_word(const Invocation& call) {
    if (call.words.size() > 1) return fail(Fault::invalid, fmt::format("superfluous word \"{}\"", call.words[1]));
    if (call.words.empty()) return call.home;
    if (call.has("home-path") && call.home != call.words.front())
        return fail(Fault::invalid, fmt::format("--home-path names another home (\"{}\")", call.home));
    return call.words.front();
}

std::string shown(const std::string& home) {
    std::error_code error; // the current folder may be gone
    auto path = std::filesystem::absolute(home, error).lexically_normal();
    if (error || home.empty()) return home;
    if (!path.has_filename()) path = path.parent_path();
    return path.string();
}

void note(Invocation& call, std::string_view text) {
    call.err << "layer-cake: " << terminal_safe(text) << '\n';
}

void note_when_running(Invocation& call, const home::Home& home) {
    if (!home.running()) return;
    const auto changes = preview(home, Deadline());
    const auto group = home.group();
    if (!changes || !group || changes->empty()) return;
    std::vector<std::string> roles;
    const auto take = [&](const std::vector<std::string>& names) {
        for (const auto& name : names)
            if (const auto* role = group->find(name);
                role && std::find(roles.begin(), roles.end(), role->base) == roles.end())
                roles.push_back(role->base);
    };
    take(changes->added);
    const bool only_new = changes->changed.empty() && changes->updated.empty() && changes->removed.empty();
    take(changes->changed);
    take(changes->updated);
    // A role that is gone has no name any more by which it could be restarted.
    constexpr std::size_t most_names = 4;
    const bool all = !changes->removed.empty() || roles.size() > most_names;
    note(call, fmt::format("the group is running: \"layer-cake {}{}{}\" applies the change",
                           only_new ? "start" : "restart", all ? "" : " ", all ? "" : join(roles, " ")));
}

Result<void> forget_in_running(const home::Home& home, const std::vector<std::string>& roles) {
    if (!home.running()) return layer_cake::ok();
    supervise::ControlClient client(home.paths());
    for (const auto& role : roles) {
        codec::Value body = codec::Object{};
        body.set("roles", codec::Array{role});
        const auto done = client.call("POST", "/reload", body, std::chrono::seconds(30));
        if (done || done.error().fault == Fault::missing) continue; // it never knew it
        if (!home.running()) return layer_cake::ok();
        return fail(done.error());
    }
    return layer_cake::ok();
}

} // namespace layer_cake::cli
