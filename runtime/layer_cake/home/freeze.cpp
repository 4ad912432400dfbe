#include <layer_cake/home/env_file.hpp>
#include <layer_cake/home/group_file.hpp>
#include <layer_cake/home/schema_read.hpp>

namespace layer_cake::home {
namespace {

/// Leaves alone what cannot be read: the check says so elsewhere.
void freeze_environment(codec::Value& section, const std::filesystem::path& folder) {
    const auto* files = section.find("env_file");
    if (!files) return;
    std::vector<Variable> variables;
    if (!files->is_null()) {
        const auto names = read_files(*files);
        if (!names) return;
        for (const auto& name : *names) {
            const auto read = read_env_file(folder / name);
            if (!read) return;
            for (const auto& [variable, text] : *read)
                set_variable(variables, variable, text);
        }
    }
    if (const auto* pairs = section.find("environment"); pairs && !pairs->is_null()) {
        const auto given = read_pairs(*pairs);
        if (!given) return;
        for (const auto& [variable, text] : *given)
            set_variable(variables, variable, text);
    }
    section.erase("env_file");
    codec::Object members;
    for (auto& [variable, text] : variables)
        members.emplace_back(std::move(variable), codec::Value(std::move(text)));
    if (!members.empty()) section.set("environment", codec::Value(std::move(members)));
}

void freeze_path(codec::Value& section, std::string_view key, const std::filesystem::path& folder) {
    auto* value = section.find(key);
    if (!value || !value->string() || value->string()->empty()) return;
    *value = codec::Value((folder / *value->string()).lexically_normal().string());
}

} // namespace

codec::Value freeze(const Source& source) {
    auto value = source.value;
    if (!value.object()) return value;
    value.set("working_dir", source.folder.string());
    freeze_environment(value, source.folder);
    if (auto* roles = value.find("roles"); roles && roles->object()) {
        for (auto& [name, role, mark] : *roles->object()) {
            if (!role.object()) continue;
            freeze_environment(role, source.folder);
            // An executable stays as written, for messages: it is found from the absolute working_dir of the group.
            freeze_path(role, "working_dir", source.folder);
        }
    }
    return value;
}

} // namespace layer_cake::home
