#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/foreign/draft.hpp>
#include <layer_cake/home/foreign/process_compose.hpp>
#include <layer_cake/home/foreign/process_compose_role.hpp>
#include <layer_cake/home/foreign/variable_text.hpp>

namespace layer_cake::home::foreign {
namespace {

using codec::Member;

/// What is known only when all have been read: oneshots and the main role.
void finish_roles(const ProcessProject& project, Draft& draft) {
    for (const auto& name : project.completed)
        if (auto* role = draft.find_role(name)) {
            const auto* restart = role->find("restart");
            const auto* policy = restart ? restart->find("policy") : nullptr;
            if (!policy || policy->scalar_text() != "always") role->set("type", "oneshot");
        }
    if (project.exit_on_end.size() == 1)
        draft.set("main_role", marked(project.exit_on_end[0].role, project.exit_on_end[0].mark));
    else
        for (const auto& one : project.exit_on_end)
            draft.not_carried(one.mark, "exit_on_end", "a group has one main_role: name it");
}

/// The top level of a file.
class Project {
public:
    explicit Project(Draft& draft) : draft_(draft) {}

    void read(const codec::Object& members) {
        // What roles are read by comes first, wherever it stands.
        for (const auto& member : members) {
            if (member.name == "shell") shell(member);
            if (member.name == "vars") add_template_variables(member, project_.vars, draft_);
            if (member.name == "disable_env_expansion" && draft_.flag(member).value_or(false)) {
                project_.expands = false;
                draft_.translated(member.mark, "dollar signs are doubled, so that nothing is replaced");
            }
        }
        go_through(members, rows(), *this, draft_);
        const auto has = [](const Member& member) { return member.name == "processes"; };
        if (std::none_of(members.begin(), members.end(), has)) draft_.refuse({}, "there is no \"processes\"");
        finish_roles(project_, draft_);
    }

private:
    static Rows<Project> rows();

    void name(const Member& member) {
        if (const auto text = draft_.text(member); text && !text->empty())
            draft_.set("name", marked(*text, member.value.mark));
    }
    void environment(const Member& member) {
        if (!member.value.is_null()) draft_.set("environment", project_text(member.value));
    }
    void env_file(const Member& member) {
        if (!member.value.is_null()) draft_.set("env_file", project_text(member.value));
    }
    void processes(const Member& member) {
        const auto* processes = draft_.mapping(member);
        if (!processes) return;
        for (const auto& process : *processes)
            read_process(process, project_, draft_);
    }
    void seen(const Member&) {} // by read()

    void shell(const Member& member) {
        const auto* members = draft_.mapping(member);
        if (!members) return;
        std::string command, argument = "-c";
        for (const auto& one : *members) {
            if (one.name == "shell_command")
                command = draft_.text(one).value_or("");
            else if (one.name == "shell_argument")
                argument = draft_.text(one).value_or("-c");
            else
                draft_.not_carried(one.mark, one.name, "layer-cake never asks for a password");
        }
        if (command.empty()) return;
        project_.shell = {command, argument};
        draft_.translated(member.mark, fmt::format("each command is a list that begins with \"{}\"", command));
    }

    codec::Value project_text(codec::Value value) {
        if (project_.expands)
            empty_variables(value);
        else
            double_dollars(value);
        return value;
    }

    Draft& draft_;
    ProcessProject project_;
};

// clang-format off
Rows<Project> Project::rows() {
    static constexpr Row<Project> table[] = {
        {"disable_env_expansion", &Project::seen},
        {"env_cmds", nullptr, "write what the commands print into environment, or run them in a command"},
        {"env_file", &Project::env_file},
        {"environment", &Project::environment},
        {"extends", nullptr, "import the other file too, and name its group file with include"},
        {"is_dotenv_disabled", nullptr, "a file .env is read only where env_file names it"},
        {"is_strict", nullptr, "unknown keys are always refused in a group file"},
        {"is_tui_disabled", nullptr, "there is nothing to switch off"},
        {"log_configuration", nullptr, "each role has a log of its own, with its times: see layer-cake-log(1)"},
        {"log_format", nullptr, "each role has a log of its own, with its times: see layer-cake-log(1)"},
        {"log_length", nullptr, "each role has a log of its own, whose size is in log: max_total"},
        {"log_level", nullptr, "it is the level of process-compose itself"},
        {"log_location", nullptr, "each role has a log of its own in the home: see layer-cake-log(1)"},
        {"log_truncate", nullptr, "logs are kept up to log: max_total"},
        {"name", &Project::name},
        {"ordered_shutdown", nullptr, "a group is always ended in the reverse of its order"},
        {"processes", &Project::processes},
        {"shell", &Project::seen},
        {"vars", &Project::seen},
        {"version", nullptr, "group files have no versions"},
    };
    return table;
}
// clang-format on

} // namespace

ImportResult import_process_compose(const Text& file, const std::string& env_file) {
    Draft draft(file.name);
    const auto value = codec::parse_yaml(file.content, file.name);
    if (!value)
        draft.refuse(value.error());
    else if (!value->object())
        draft.refuse(value->mark,
                     fmt::format("a process-compose file must be a mapping, not {}", kind_name(value->kind())));
    else
        Project(draft).read(*value->object());
    const auto* disabled = value ? value->find("is_dotenv_disabled") : nullptr;
    if (!env_file.empty() && !(disabled && disabled->boolean() == true)) {
        if (!draft.has("env_file")) draft.set("env_file", env_file);
        note_env_file(env_file, draft);
    }
    return std::move(draft).finish();
}

} // namespace layer_cake::home::foreign
