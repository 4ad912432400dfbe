#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/home/foreign/compose.hpp>
#include <layer_cake/home/foreign/compose_extends.hpp>
#include <layer_cake/home/foreign/compose_service.hpp>
#include <layer_cake/home/foreign/variable_text.hpp>
#include <unordered_set>

namespace layer_cake::home::foreign {
namespace {

using codec::Member;

/// What is known only when all have been read: takes out services that are no roles, and what waits for them, and makes
/// those oneshots for whose end another waits.
void finish_services(Draft& draft) {
    auto& roles = draft.roles();
    std::unordered_set<std::string> left_out, completed;
    std::erase_if(roles, [&](const Member& role) {
        if (role.value.find("command")) return false;
        draft.not_carried(role.mark, role.name, "its command is its image's, which layer-cake does not know");
        left_out.insert(role.name);
        return true;
    });
    if (roles.empty() && !left_out.empty())
        draft.refuse({}, "no service has a command: what an image runs by itself, layer-cake does not know");
    const auto is_left_out = [&](const Member& wait) {
        if (!left_out.contains(wait.name)) return false;
        draft.not_carried(wait.mark, wait.name, "it is no role, and nothing waits for it");
        return true;
    };
    for (auto& role : roles) {
        auto* waits = role.value.find("depends_on");
        if (!waits) continue;
        std::erase_if(*waits->object(), is_left_out);
        for (const auto& wait : *waits->object()) {
            const auto* condition = wait.value.object() ? wait.value.find("condition") : &wait.value;
            if (condition && condition->scalar_text() == "completed") completed.insert(wait.name);
        }
        if (waits->object()->empty()) role.value.erase("depends_on");
    }
    for (auto& role : roles)
        if (completed.contains(role.name)) role.value.set("type", "oneshot");
}

/// The top level of a file.
class Compose {
public:
    explicit Compose(Draft& draft) : draft_(draft) {}

    void read(const codec::Object& members) {
        go_through(members, rows(), *this, draft_);
        const auto has = [](const Member& member) { return member.name == "services"; };
        if (std::none_of(members.begin(), members.end(), has)) draft_.refuse({}, "there is no \"services\"");
        finish_services(draft_);
    }

private:
    static Rows<Compose> rows();

    void name(const Member& member) {
        if (const auto text = draft_.text(member); text && !text->empty())
            draft_.set("name", marked(*text, member.value.mark));
    }
    void services(const Member& member) {
        if (const auto* services = draft_.mapping(member))
            for (const auto& service : with_extended(*services, draft_))
                read_service(service, draft_);
    }

    Draft& draft_;
};

// clang-format off
Rows<Compose> Compose::rows() {
    static constexpr Row<Compose> table[] = {
        {"configs", nullptr, "a role reads its files where they are"},
        {"include", nullptr, "import the other file too, and name its group file with include"},
        {"models", nullptr, "layer-cake runs programs, not models"},
        {"name", &Compose::name},
        {"networks", nullptr, "roles share the network of this machine"},
        {"secrets", nullptr, "a role reads its files where they are"},
        {"services", &Compose::services},
        {"version", nullptr, "group files have no versions"},
        {"volumes", nullptr, "a role's private files lie in its model folder"},
    };
    return table;
}
// clang-format on

} // namespace

ImportResult import_compose(const Text& file, const std::string& env_file) {
    Draft draft(file.name);
    auto value = codec::parse_yaml(file.content, file.name);
    if (value) empty_variables(*value);
    if (!value)
        draft.refuse(value.error());
    else if (!value->object())
        draft.refuse(value->mark, fmt::format("a compose file must be a mapping, not {}", kind_name(value->kind())));
    else
        Compose(draft).read(*value->object());
    if (!env_file.empty()) note_env_file(env_file, draft);
    return std::move(draft).finish();
}

} // namespace layer_cake::home::foreign
