#include <algorithm>
#include <cli/definition.hpp>
#include <cli/program_settings.hpp>
#include <fmt/format.h>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/process/arguments.hpp>

namespace layer_cake::cli {
namespace {

const codec::Value* members_of(const codec::Value& type) {
    if (const auto* inside = type.find("optional")) return members_of(*inside);
    return type.find("members");
}

bool is_setting(std::string_view name, const process::ProgramNote* note, bool is_long) {
    if (!note) return false;
    for (const auto known : process::setting_names(*note))
        if (is_long ? process::long_name(known) == process::long_name(name)
                    : process::short_name(known).substr(1) == name)
            return true;
    return false;
}

bool is_role_key(std::string_view name, bool is_long) {
    for (const auto& key : home::role_keys())
        if (is_long ? process::long_name(key.name) == process::long_name(name)
                    : process::short_name(key.name).substr(1) == name)
            return true;
    return false;
}

Result<codec::Value> read_value(const codec::Value& type, const std::string& option, std::string_view text) {
    const auto* inside = &type;
    while (const auto* element = inside->find("optional"))
        inside = element;
    static constexpr std::string_view plain[] = {"unicode", "string", "character", "rune", "block", "clock",
                                                 "span",    "world",  "delta",     "uuid", "type"};
    const auto* kind = inside->string();
    const bool is_text = inside->find("enumeration") ||
                         (kind && std::find(std::begin(plain), std::end(plain), *kind) != std::end(plain));
    auto value = is_text ? Result<codec::Value>(codec::Value(text)) : codec::parse_yaml(text, option);
    if (!value) return value;
    std::vector<process::WrongSetting> wrong;
    process::check_value(type, *value, option, wrong);
    if (!wrong.empty()) return fail(Fault::invalid, wrong.front().message);
    return value;
}

/// `--server-address.port=5050`, by a program's types.
Result<Setting> read_program_setting(std::string_view argument, const process::ProgramNote& note) {
    const auto taken = process::take_apart(argument);
    Setting setting{.path = {"settings"}, .value = std::nullopt, .written = taken.name};
    const bool is_long = taken.name.starts_with("--");
    auto name = std::string_view(taken.name).substr(is_long ? 2 : 1);
    if (name.starts_with("settings.")) name.remove_prefix(9);
    const auto* type = &note.settings;
    for (const auto& part : split(name, '.')) {
        const auto* members = members_of(*type);
        const codec::Member* found = nullptr;
        std::vector<std::string_view> names;
        if (members)
            for (const auto& member : *members->object()) {
                names.push_back(member.name);
                if (is_long ? process::long_name(member.name) == process::long_name(part)
                            : process::short_name(member.name).substr(1) == part)
                    found = &member;
            }
        if (!found)
            return fail(Fault::invalid, fmt::format("\"{}\": the program has no setting \"{}\"{}", setting.written,
                                                    part, suggestion(part, names)));
        type = &found->value;
        setting.path.push_back(found->name);
    }
    if (!taken.text) {
        if (!type->string() || *type->string() != "boolean")
            return fail(Fault::invalid, fmt::format("\"{}\" needs a value: {}={} ({}= removes it)", taken.name,
                                                    taken.name, process::type_text(*type), taken.name));
        setting.value = codec::Value(true);
    } else if (!taken.text->empty()) {
        auto value = read_value(*type, taken.name, *taken.text);
        if (!value) return fail(std::move(value).error());
        setting.value = std::move(*value);
    }
    return setting;
}

std::vector<home::Problem> check_roles(const home::Source& source, const std::vector<std::string>* chosen) {
    std::vector<home::Problem> problems;
    ProgramNotes notes;
    const auto* roles = source.value.find("roles");
    if (!roles || !roles->object()) return problems;
    for (const auto& [name, role, mark] : *roles->object()) {
        if (chosen && std::find(chosen->begin(), chosen->end(), name) == chosen->end()) continue;
        const auto* settings = role.find("settings");
        const auto* executable = role.find("executable");
        if (!settings || settings->is_null() || !executable || !executable->string()) continue;
        const auto* note = notes.find(*executable->string(), source.folder);
        if (!note) continue;
        for (auto& wrong : process::check_settings(*note, *settings))
            problems.push_back(source.place(wrong.mark, fmt::format("role \"{}\": {}", name, wrong.message)));
    }
    return problems;
}

} // namespace

const process::ProgramNote* ProgramNotes::find(const std::string& executable, const std::filesystem::path& folder) {
    std::string file = executable;
    if (executable.find('/') != std::string::npos) {
        file = (folder / executable).lexically_normal().string();
    } else if (auto found = find_program(executable)) {
        file = *found;
    }
    auto [at, is_new] = known_.try_emplace(file);
    if (is_new)
        if (auto note = process::read_program_note(file)) at->second = std::move(*note);
    return at->second ? &*at->second : nullptr;
}

std::vector<home::Problem> check_programs(const home::Source& source) {
    return check_roles(source, nullptr);
}

Result<void> check_programs(const codec::Value& definition, const std::vector<std::string>& roles) {
    home::Source source;
    source.value = definition;
    if (const auto* folder = definition.find("working_dir"); folder && folder->string())
        source.folder = *folder->string();
    const auto problems = check_roles(source, &roles);
    if (problems.empty()) return layer_cake::ok();
    return fail(Fault::invalid, problems.front().message);
}

Result<std::vector<Setting>> read_role_settings(const std::vector<std::string>& arguments,
                                                const process::ProgramNote* note) {
    std::vector<Setting> settings;
    for (const auto& argument : arguments) {
        const auto option = std::string_view(argument).substr(0, argument.find('='));
        const bool is_long = option.starts_with("--");
        const auto whole = option.substr(std::min<std::size_t>(is_long ? 2 : 1, option.size()));
        const auto first = whole.substr(0, whole.find('.'));
        const bool of_program = note && (whole.starts_with("settings.") ||
                                         (!is_role_key(first, is_long) && is_setting(first, note, is_long)));
        auto setting = of_program ? read_program_setting(argument, *note) : read_setting(argument, home::role_keys());
        if (!setting) return fail(std::move(setting).error());
        if (auto added = add_setting(settings, std::move(*setting)); !added) return fail(std::move(added).error());
    }
    return settings;
}

} // namespace layer_cake::cli
