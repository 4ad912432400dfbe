#include "tests/fuzz/target.hpp"
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/home/group_file.hpp>

// Any text is a group or a list of problems with places; a group is the same after freezing.
FUZZ_TARGET(text) {
    using namespace layer_cake;
    using namespace layer_cake::home;
    const auto variables = [](std::string_view name) {
        return name.size() % 2 ? std::optional<std::string>(name) : std::nullopt;
    };
    // Nothing of the machine is read: files are looked for in a folder that is none.
    const auto source = load_text(text, "f", "/dev/null/none", variables);
    if (!source) {
        require(!source.error().empty());
        for (const auto& problem : source.error())
            require(!problem.message.empty() && !problem.text().empty());
        return;
    }
    const auto group = resolve(*source);
    if (!group) {
        require(!group.error().empty());
        for (const auto& problem : group.error())
            require(!problem.file.empty() && !problem.message.empty());
        return;
    }
    for (const auto& role : group->roles) {
        require(!role.name.empty() && role.name.size() <= 64 && role.name.find('/') == role.name.npos);
        require(!role.command.empty() && !role.command[0].empty());
        for (const auto& dependency : role.depends_on)
            require(group->find(dependency.role) != nullptr);
    }
    const auto again = load_text(codec::write_yaml(freeze(*source)), "f", "/elsewhere", {});
    if (!again) return; // what aliases repeat is written out, and may then be more than one document may hold
    const auto same = resolve(*again);
    require(same && same->roles == group->roles && same->main_role == group->main_role);
}
