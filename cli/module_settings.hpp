#pragma once

#include <filesystem>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/home/python_role.hpp>
#include <optional>
#include <string>
#include <vector>

/// Settings of roles whose executable is a module of the Python library: the module itself says what it takes and of
/// which types. It is run for that, once a role, with `--create-role` in a folder of its own.
namespace layer_cake::cli {

/// The module that a word of a command line names: found as any path, or as a name in `<home>/script`. Absolute.
std::optional<std::string> find_module_word(const home::Home& home, const std::string& word);

/// Whether a role of a definition is a module.
bool is_module_role(const home::Home& home, const codec::Value& definition, const std::string& role);

/// `--KEY=VALUE` arguments by whom they are for: keys of a role, and all others; `--settings.NAME` is the module's.
struct ModuleArguments {
    std::vector<std::string> role, module;
};
ModuleArguments split_module_arguments(const std::vector<std::string>& remainder);

/// What a module has made of a role's settings.
struct ModuleSettings {
    std::string role;
    std::filesystem::path module;
    std::vector<home::TypedSetting> typed;
};

/// Lets those of the roles that are modules read their settings in the definition, and `arguments` over them
/// (`--NAME=` takes one away); what they make of it becomes their settings. Fails with what the module says, and with
/// `timed_out` when it says nothing for half a minute.
Result<std::vector<ModuleSettings>> read_by_modules(const home::Home& home, codec::Value& definition,
                                                    const std::vector<std::string>& roles,
                                                    const std::vector<std::string>& arguments);

/// Writes them to the files of all instances, where the modules read them at their start.
Result<void> keep_module_settings(const home::Home& home, const std::vector<ModuleSettings>& settings);

} // namespace layer_cake::cli
