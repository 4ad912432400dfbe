#include <algorithm>
#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/module_settings.hpp>
#include <cli/program_settings.hpp>
#include <cli/role_words.hpp>
#include <fmt/format.h>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "all-roles", .help = "change every role"},
};

Result<void> change_group(codec::Value& definition, const std::vector<Setting>& settings) {
    for (const auto& setting : settings) {
        if (setting.path.front() == "roles")
            return fail(Fault::invalid, "roles are changed one by one, by their names");
        if (auto done = apply(setting, definition); !done) return done;
    }
    return layer_cake::ok();
}

Result<std::vector<std::string>> change_roles(codec::Value& definition, const Invocation& call,
                                              const std::vector<Setting>& settings) {
    auto names = select_roles(definition, call.words);
    if (!names) return names;
    for (const auto& name : *names) {
        auto* role = definition.find("roles")->find(name);
        for (const auto& setting : settings)
            if (auto done = apply(setting, *role); !done) return fail(std::move(done).error());
    }
    if (auto checked = check_programs(definition, *names); !checked) return fail(std::move(checked).error());
    return names;
}

/// What of the command line is for modules: all that is no role's key, when the first role named is one.
ModuleArguments split_arguments(const Invocation& call, const home::Home& home, const codec::Value& definition) {
    const auto names = select_roles(definition, call.words);
    if (!names || names->empty() || !is_module_role(home, definition, names->front())) return {call.remainder, {}};
    return split_module_arguments(call.remainder);
}

/// The program whose settings may be given: that of the first role named, or the one given along.
const process::ProgramNote* note_for(const Invocation& call, const codec::Value& definition, ProgramNotes& notes) {
    const auto names = select_roles(definition, call.words);
    if (!names) return nullptr;
    const auto* folder = definition.find("working_dir");
    for (const auto& name : *names) {
        const auto* role = definition.find("roles")->find(name);
        const auto* program = role ? role->find("executable") : nullptr;
        if (!program || !program->string()) continue;
        const auto* note = notes.find(*program->string(), folder && folder->string() ? *folder->string() : "");
        if (note) return note;
    }
    return nullptr;
}

// A program given here is found as `add` finds it.
Result<void> find_programs(std::vector<Setting>& settings) {
    for (auto& setting : settings) {
        const auto* text = setting.value && setting.path.size() == 1 && setting.path[0] == "executable"
                               ? setting.value->string()
                               : nullptr;
        if (!text) continue;
        auto program = find_program(*text);
        if (!program) return fail(program.error());
        setting.value = codec::Value(*program);
    }
    return layer_cake::ok();
}

Result<int> run(Invocation& call) {
    const bool group = call.words.size() == 1 && call.words.front() == "group";
    const auto what = call.words.empty() ? shown(call.home) : fmt::format("{}", fmt::join(call.words, " "));
    const auto wrong = [&](Error error) { return fail(cannot("update", what, std::move(error))); };

    if (call.words.empty() != call.has("all-roles"))
        return wrong({Fault::invalid, call.words.empty() ? "no role given (--all-roles changes every one)"
                                                         : "--all-roles takes no words beside it"});
    auto home = home::Home::open(call.home);
    if (!home) return wrong(home.error());
    ProgramNotes notes;
    const process::ProgramNote* note = nullptr;
    ModuleArguments given{call.remainder, {}};
    const auto definition = group ? Result<codec::Value>(codec::Value()) : read_definition(*home);
    if (!group && definition) {
        note = note_for(call, *definition, notes);
        given = split_arguments(call, *home, *definition);
    }
    auto settings = group ? read_settings(call.remainder, home::group_keys()) : read_role_settings(given.role, note);
    if (!settings) return wrong(settings.error());
    if (settings->empty() && given.module.empty()) return wrong({Fault::invalid, "no key given, as --KEY=VALUE"});
    if (!group)
        if (auto found = find_programs(*settings); !found) return wrong(found.error());

    std::vector<ModuleSettings> typed;
    const auto changed = home->change([&](codec::Value& definition) -> Result<void> {
        if (group) return change_group(definition, *settings);
        const auto names = change_roles(definition, call, *settings);
        if (!names) return fail(names.error());
        if (given.module.empty()) return layer_cake::ok();
        auto read = read_by_modules(*home, definition, *names, given.module);
        if (!read) return fail(std::move(read).error());
        typed = std::move(*read);
        if (typed.size() == names->size()) return layer_cake::ok();
        return fail(Fault::invalid, fmt::format("\"{}\": not all of these roles are Python modules, which have such "
                                                "settings",
                                                given.module.front()));
    });
    if (!changed) return wrong(changed.error());
    if (auto kept = keep_module_settings(*home, typed); !kept) return wrong(kept.error());
    note_when_running(call, *home);
    return Exit::ok;
}

} // namespace

constinit const Command update_command{
    .name = "update",
    .words = "[ROLE...|group] --KEY=VALUE...",
    .summary = "set keys of roles, or remove them with an empty value",
    .options = options,
    .run = run,
    .takes_remainder = true,
    .remainder_keys = "role",
    .completes = "role-names",
};

} // namespace layer_cake::cli
