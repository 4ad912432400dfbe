#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/home/outline.hpp>
#include <layer_cake/home/schema_read.hpp>

namespace layer_cake::home {
namespace {

std::optional<Condition> condition_of(const codec::Value& value) {
    const auto* word = value.object() ? value.find("condition") : &value;
    const auto text = word ? word->scalar_text().value_or("") : std::string();
    if (text == "started") return Condition::started;
    if (text == "ready") return Condition::ready;
    if (text == "healthy") return Condition::healthy;
    if (text == "completed") return Condition::completed;
    if (text == "published") return Condition::published;
    return std::nullopt;
}

std::string text_of(const codec::Value& section, std::string_view key) {
    const auto* value = section.find(key);
    return value ? value->scalar_text().value_or("") : std::string();
}

bool given(const codec::Value& role, std::string_view key) {
    const auto* value = role.find(key);
    return value && !value->is_null();
}

int small(const codec::Value& role, std::string_view key, int otherwise, int most) {
    const auto* value = role.find(key);
    const auto number = value ? value->integer() : std::nullopt;
    return number && *number >= 0 && *number <= most ? static_cast<int>(*number) : otherwise;
}

} // namespace

std::string Outline::instance(int number) const {
    return replicas ? fmt::format("{}-{}", name, first + number) : name;
}

std::vector<std::string> Outline::published(int number) const {
    std::vector<std::string> names;
    const auto add = [&](std::string name) {
        if (name.empty()) return;
        names.push_back(replicas ? fmt::format("{}-{}", name, first + number) : std::move(name));
    };
    if (const auto* ready = value->find("ready")) add(text_of(*ready, "published"));
    if (const auto* ports = value->find("ports"); ports && ports->object())
        for (const auto& port : *ports->object())
            add(text_of(port.value, "publish"));
    return names;
}

Outlines::Outlines(const codec::Value& group, std::vector<Problem>& problems) : problems_(problems) {
    if (const auto* roles = group.find("roles"); roles && roles->object())
        for (const auto& [name, value, mark] : *roles->object())
            if (!name.starts_with("x-")) read_role(name, mark, value);
    check_names();
    check_dependencies();
    check_cycles();
    check_main_role(group);
}

void Outlines::read_role(const std::string& name, codec::Mark mark, const codec::Value& value) {
    Outline role;
    role.name = name;
    role.mark = mark;
    role.value = &value;
    if (given(value, "replicas")) role.replicas = small(value, "replicas", 1, 1000);
    role.first = small(value, "replica_start", 0, 1'000'000);
    const auto* type = value.find("type");
    role.oneshot = type && type->string() && *type->string() == "oneshot";
    role.asks_health = given(value, "readiness") || given(value, "liveness");
    role.asks_ready = given(value, "ready") || given(value, "readiness");
    if (given(value, "replica_start") && !role.replicas)
        problems_.push_back({"", value.find("replica_start")->mark,
                             fmt::format("role \"{}\": \"replica_start\" needs \"replicas\"", name)});
    if (given(value, "arguments") && !given(value, "executable"))
        problems_.push_back(
            {"", value.find("arguments")->mark,
             fmt::format("role \"{}\": \"arguments\" needs \"executable\" (a command has its arguments in its list)",
                         name)});
    const auto* settings = value.find("settings");
    if (settings && settings->object() && !given(value, "executable"))
        problems_.push_back(
            {"", settings->mark,
             fmt::format("role \"{}\": \"settings\" needs \"executable\" (a command has arguments only)", name)});
    if (const auto* waits = value.find("depends_on")) {
        const auto add = [&role](std::string on, std::optional<Condition> condition, codec::Mark at,
                                 std::string published = {}, bool restart = false) {
            const bool twice =
                std::any_of(role.waits.begin(), role.waits.end(), [&](const auto& wait) { return wait.name == on; });
            if (!twice) role.waits.push_back({std::move(on), condition, std::move(published), restart, at});
        };
        if (const auto* list = waits->array())
            for (const auto& item : *list)
                if (auto text = item.scalar_text()) add(std::move(*text), std::nullopt, item.mark);
        if (const auto* members = waits->object())
            for (const auto& [on, condition, at] : *members)
                if (!on.starts_with("x-"))
                    add(on, condition_of(condition), at, text_of(condition, "name"),
                        text_of(condition, "restart") == "true");
    }
    roles_.push_back(std::move(role));
}

void Outlines::check_names() {
    std::size_t count = 0;
    for (std::size_t i = 0; i < roles_.size(); ++i)
        by_name_.emplace(roles_[i].name, static_cast<int>(i));
    for (std::size_t i = 0; i < roles_.size(); ++i) {
        const auto& role = roles_[i];
        count += static_cast<std::size_t>(role.instances());
        if (count > instance_limit)
            return problems_.push_back({"", role.mark, fmt::format("more than {} instances of roles", instance_limit)});
        if (!role.replicas) continue;
        for (int number = 0; number < role.instances(); ++number) {
            const auto name = role.instance(number);
            const auto [found, was_added] = by_name_.emplace(name, static_cast<int>(i));
            if (!was_added && found->second != static_cast<int>(i)) {
                problems_.push_back(
                    {"", role.mark,
                     fmt::format("role \"{}\": its replica \"{}\" has the name of another role", role.name, name)});
                break;
            }
            if (name.size() > 64 && role.name.size() <= 64) {
                problems_.push_back(
                    {"", role.mark,
                     fmt::format("role \"{}\": the names of its replicas are longer than 64 characters", role.name)});
                break;
            }
        }
    }
}

int Outlines::find(std::string_view name) const {
    const auto found = by_name_.find(std::string(name));
    return found == by_name_.end() ? -1 : found->second;
}

std::string Outlines::suggest(std::string_view name) const {
    std::vector<std::string_view> names;
    for (const auto& role : roles_)
        names.push_back(role.name);
    return suggestion(name, names);
}

void Outlines::check_dependencies() {
    int unknown = 0;
    for (auto& role : roles_) {
        for (auto& wait : role.waits) {
            wait.target = find(wait.name);
            if (wait.target < 0) {
                // Looking for near names among thousands takes time: a file with that many mistakes gets fewer hints.
                const auto near = ++unknown <= 20 ? suggest(wait.name) : std::string();
                problems_.push_back({"", wait.mark,
                                     fmt::format("role \"{}\" depends on \"{}\", which is not defined{}", role.name,
                                                 terminal_safe(wait.name.substr(0, 80)), near)});
                continue;
            }
            const auto& target = roles_[static_cast<std::size_t>(wait.target)];
            if (wait.condition == Condition::healthy && !target.asks_health)
                problems_.push_back(
                    {"", wait.mark,
                     fmt::format("role \"{}\" waits for \"{}\" to be healthy, which has neither readiness nor liveness",
                                 role.name, target.name)});
            if (wait.condition == Condition::published && wait.published.empty() && target.published(0).empty())
                problems_.push_back(
                    {"", wait.mark,
                     fmt::format(
                         "role \"{}\" waits for \"{}\" to be published, which publishes no name: say which with "
                         "{{condition: published, name: ...}}",
                         role.name, target.name)});
            if (!wait.published.empty() && wait.condition != Condition::published)
                problems_.push_back(
                    {"", wait.mark, fmt::format("role \"{}\": \"name\" needs \"condition: published\"", role.name)});
        }
    }
}

/// Walks every way once, with its own stack: a chain may have 10,000 roles.
void Outlines::check_cycles() {
    struct Step {
        int role;
        std::size_t next = 0;
    };
    std::vector<char> state(roles_.size(), 0); // 1: on the way, 2: done
    for (std::size_t begin = 0; begin < roles_.size(); ++begin) {
        if (state[begin] != 0) continue;
        std::vector<Step> way{{static_cast<int>(begin)}};
        state[begin] = 1;
        while (!way.empty()) {
            auto& step = way.back();
            auto& role = roles_[static_cast<std::size_t>(step.role)];
            if (step.next == role.waits.size()) {
                state[static_cast<std::size_t>(step.role)] = 2;
                way.pop_back();
                continue;
            }
            const auto& wait = role.waits[step.next++];
            if (wait.target < 0) continue;
            auto& seen = state[static_cast<std::size_t>(wait.target)];
            if (seen == 0) {
                seen = 1;
                way.push_back({wait.target});
            } else if (seen == 1) {
                auto from =
                    std::find_if(way.begin(), way.end(), [&](const Step& one) { return one.role == wait.target; });
                const auto& first = roles_[static_cast<std::size_t>(from->role)].waits[from->next - 1];
                std::string names;
                const auto length = static_cast<std::size_t>(way.end() - from);
                for (std::size_t i = 0; from != way.end(); ++from, ++i) {
                    if (length <= 12 || i < 5 || i + 5 >= length)
                        names += roles_[static_cast<std::size_t>(from->role)].name + " -> ";
                    else if (i == 5)
                        names += "... -> ";
                }
                names += roles_[static_cast<std::size_t>(wait.target)].name;
                problems_.push_back({"", first.mark, fmt::format("roles depend on each other in a cycle: {}", names)});
            }
        }
    }
}

void Outlines::check_main_role(const codec::Value& group) {
    const auto* main = group.find("main_role");
    if (!main || main->is_null()) return;
    const auto name = main->scalar_text().value_or("");
    const int index = find(name);
    if (index < 0)
        return problems_.push_back(
            {"", main->mark,
             fmt::format("main_role \"{}\" is not a role{}", terminal_safe(name.substr(0, 80)), suggest(name))});
    const auto& role = roles_[static_cast<std::size_t>(index)];
    if (role.name == name && role.replicas)
        problems_.push_back(
            {"", main->mark,
             fmt::format("main_role \"{}\" has replicas: name one of them{}", name,
                         role.instances() > 0 ? fmt::format(", such as \"{}\"", role.instance(0)) : "")});
}

} // namespace layer_cake::home
