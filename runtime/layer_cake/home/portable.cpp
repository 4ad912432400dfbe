#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/portable.hpp>
#include <layer_cake/home/programs.hpp>
#include <layer_cake/home/tree.hpp>

namespace layer_cake::home {

namespace fs = std::filesystem;

codec::Value portable_definition(codec::Value definition, const fs::path& folder) {
    definition.erase("working_dir");
    auto* roles = definition.find("roles");
    if (!roles || !roles->object()) return definition;
    for (auto& role : *roles->object()) {
        const auto* given = role.value.find("working_dir");
        const auto* text = given ? given->string() : nullptr;
        if (!text) continue;
        const auto whole = (folder / *text).lexically_normal();
        if (whole == folder || lies_in(whole.native(), folder.native())) role.value.erase("working_dir");
    }
    return definition;
}

codec::Value settled_definition(codec::Value definition, const fs::path& script) {
    if (definition.is_null()) definition = codec::Object{};
    definition.set("working_dir", script.string());
    return definition;
}

std::vector<std::string> missing_parts(const Group& group, const fs::path& script) {
    std::vector<std::string> lines;
    for (const auto& given : group.roles) {
        if (given.index > 0) continue;
        const auto copied = with_collected(given, script);
        const auto& role = copied ? *copied : given;
        const auto complain = [&](std::string_view what, std::string_view name) {
            lines.push_back(
                fmt::format("role \"{}\": {} \"{}\" is not on this machine", given.base, what, terminal_safe(name)));
        };
        std::error_code error;
        if (!role.working_dir.empty() && !fs::is_directory(role.working_dir, error))
            complain("working_dir", role.working_dir);
        const auto words = program_words(role);
        if (words.program.empty()) continue;
        const auto program = find_program(role);
        if (program.program.empty()) {
            complain("program", words.program);
            continue;
        }
        if (!words.script.empty() && program.script.empty()) complain("script", words.script);
        if (!program.native) continue;
        const auto libraries = libraries_of(program.program, copied ? script : fs::path());
        if (!libraries) continue;
        for (const auto& library : *libraries)
            if (library.path.empty()) complain("library", library.name);
    }
    return lines;
}

} // namespace layer_cake::home
