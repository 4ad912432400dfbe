#include <charconv>
#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/module_settings.hpp>
#include <cli/program_settings.hpp>
#include <cli/role_words.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <layer_cake/process/python_module.hpp>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "role-count", .help = "make the role N replicas, ROLE-0 and on (1 to 1000)", .value = "N"},
    {.name = "role-start", .help = "number of the first replica (default 0)", .value = "N"},
    {.name = "role-name", .help = "the role's name (default the program's, without extension)", .value = "ROLE"},
};

Result<std::optional<int>> number(const Invocation& call, std::string_view option, int least, int most) {
    const auto text = call.value(option);
    if (!text) return std::optional<int>();
    int value = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), value);
    if (read.ec != std::errc() || read.ptr != text->data() + text->size() || value < least || value > most)
        return fail(Fault::invalid,
                    fmt::format("--{}: \"{}\" is not a number from {} to {}", option, *text, least, most));
    return std::optional<int>(value);
}

// The path that is stored: a program beside nothing else is looked for where the predecessor looked, in <home>/script.
Result<std::string> program_of(const home::Home& home, const std::string& word) {
    if (auto module = find_module_word(home, word)) return std::move(*module);
    if (word.find('/') == std::string::npos && word.find('.') != std::string::npos) {
        const auto script = (home.paths().home / "script" / word).string();
        if (auto found = find_program(script)) return found;
    }
    return find_program(word);
}

/// @param keys  what of the remainder is about the role
Result<codec::Value> describe(const Invocation& call, const std::string& program,
                              const std::vector<std::string>& keys) {
    codec::Value role = codec::Object{};
    role.set("executable", program);
    if (!call.after.empty()) {
        codec::Array arguments;
        for (const auto& argument : call.after)
            arguments.emplace_back(argument);
        role.set("arguments", std::move(arguments));
    }
    const auto count = number(call, "role-count", 1, 1000);
    if (!count) return fail(count.error());
    const auto start = number(call, "role-start", 0, 1'000'000);
    if (!start) return fail(start.error());
    if (*start && !*count) return fail(Fault::invalid, "--role-start needs --role-count");
    if (*count) role.set("replicas", **count);
    if (*start) role.set("replica_start", **start);

    ProgramNotes notes;
    const auto settings = read_role_settings(keys, notes.find(program, {}));
    if (!settings) return fail(settings.error());
    for (const auto& setting : *settings)
        if (auto done = apply(setting, role); !done) return fail(done.error());
    return role;
}

Result<int> run(Invocation& call) {
    if (call.words.empty()) return fail(Fault::invalid, "add needs a program");
    if (call.words.size() > 2)
        return fail(Fault::invalid,
                    fmt::format("cannot add \"{}\": superfluous word \"{}\" (arguments of the program stand after --)",
                                call.words[0], call.words[2]));
    if (call.words.size() > 1 && call.has("role-name"))
        return fail(Fault::invalid, fmt::format("cannot add \"{}\": its name is given twice (\"{}\", --role-name)",
                                                call.words[0], call.words[1]));
    const auto name = call.words.size() > 1
                          ? call.words[1]
                          : call.value("role-name").value_or(std::filesystem::path(call.words[0]).stem().string());
    const auto wrong = [&](Error error) { return fail(cannot("add", name, std::move(error))); };

    if (auto good = home::check_role_name(name); !good) return wrong(good.error());
    auto home = home::Home::open(call.home);
    if (!home) return wrong(home.error());
    auto program = program_of(*home, call.words[0]);
    if (!program) return wrong(program.error());
    const bool is_module = process::is_python_module(*program);
    const auto given = is_module ? split_module_arguments(call.remainder) : ModuleArguments{call.remainder, {}};
    auto role = describe(call, *program, given.role);
    if (!role) return wrong(role.error());

    std::vector<ModuleSettings> typed;
    const auto added = home->change([&](codec::Value& definition) -> Result<void> {
        auto* roles = definition.find("roles");
        if (!roles) roles = &definition.set("roles", codec::Object{});
        if (roles->find(name))
            return fail(Fault::failed, "a role of that name exists (\"layer-cake update\" changes it)");
        roles->set(name, *role);
        if (!is_module) return check_programs(definition, {name});
        auto read = read_by_modules(*home, definition, {name}, given.module);
        if (!read) return fail(std::move(read).error());
        typed = std::move(*read);
        return layer_cake::ok();
    });
    if (!added) return wrong(added.error());
    if (auto kept = keep_module_settings(*home, typed); !kept) return wrong(kept.error());
    note_when_running(call, *home);
    return Exit::ok;
}

} // namespace

constinit const Command add_command{
    .name = "add",
    .words = "PROGRAM [ROLE] [--KEY=VALUE...] [-- ARGUMENT...]",
    .summary = "add a role: a name for a program and how to run it",
    .options = options,
    .run = run,
    .takes_remainder = true,
    .remainder_keys = "role",
    .completes = "files",
};

} // namespace layer_cake::cli
