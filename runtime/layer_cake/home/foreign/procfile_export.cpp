#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/foreign/procfile_export.hpp>

namespace layer_cake::home::foreign {
namespace {

constexpr std::string_view only_commands = "a Procfile has commands only";

constexpr ExportKey role_keys[] = {
    {"arguments"},
    {"command"},
    {"description", "a Procfile has no descriptions"},
    {"env_file"},
    {"environment"},
    {"executable"},
    {"settings"},
    {"working_dir"},
    {"replicas", "say it to the one who runs it: foreman start -m name=4"},
    {"depends_on", "all start together"},
    {"type", "the end of one ends all"},
    {"restart", "the end of one ends all"},
    {"limits", only_commands},
    {"liveness", only_commands},
    {"log", only_commands},
    {"ports", only_commands},
    {"protocol", only_commands},
    {"readiness", only_commands},
    {"ready", only_commands},
    {"replica_start", only_commands},
    {"shutdown", only_commands},
    {"umask", only_commands},
    {"user", only_commands},
    {"watchdog", only_commands},
};
constexpr ExportKey group_keys[] = {
    {"environment"},
    {"env_file"},
    {"include"},
    {"working_dir"},
    {"http", only_commands},
    {"log", only_commands},
    {"main_role", "the end of one ends all"},
    {"name", only_commands},
    {"pools", only_commands},
    {"restart", only_commands},
    {"retry", only_commands},
    {"shutdown", only_commands},
};

bool is_line_for_shell(const Role& role) {
    return role.command.size() == 3 && role.command[0] == "/bin/sh" && role.command[1] == "-c";
}

std::string name_of(const Role& role) {
    auto name = role.base;
    for (auto& c : name)
        if (c == '.') c = '_'; // no reader takes a dot
    return name;
}

std::string line_of(const Role& role, const std::string& folder) {
    std::string line;
    if (role.working_dir != folder) line += fmt::format("cd {} && ", shell_quote(role.working_dir));
    auto variables = role.environment;
    if (const auto* settings = role.settings.object(); settings && !settings->empty())
        variables.emplace_back("LAYER_CAKE_SETTINGS", codec::write_json(role.settings));
    std::string assignments;
    for (const auto& [name, text] : variables)
        assignments += fmt::format(" {}={}", name, shell_quote(text));
    if (is_line_for_shell(role)) {
        if (!assignments.empty()) line += fmt::format("export{} && ", assignments);
        return line + role.command[2];
    }
    line += "exec";
    if (!assignments.empty()) line += " env" + assignments;
    for (const auto& word : role.command)
        line += " " + shell_quote(word);
    return line;
}

} // namespace

ExportResult export_procfile(const Source& source, const Group& group) {
    Export out(source, group);
    out.note_keys(role_keys, group_keys);
    std::string text;
    for (const auto& [role, replicas] : out.roles()) {
        const auto line = line_of(*role, source.folder.string());
        if (line.find_first_of("\n\r") != line.npos)
            out.refuse(
                out.mark(*role, "command"),
                fmt::format("role \"{}\" has a command or a variable of several lines, which a Procfile cannot hold",
                            role->base));
        const auto name = name_of(*role);
        if (name != role->base) out.translated(*role, "", fmt::format("its name becomes \"{}\"", name));
        text += fmt::format("{}: {}\n", name, line);
    }
    return std::move(out).finish({{"Procfile", std::move(text)}});
}

} // namespace layer_cake::home::foreign
