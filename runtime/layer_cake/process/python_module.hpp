#pragma once

#include <filesystem>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/process/spawn.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Programs written with the Python library layer-cake: modules that are told what they are by the arguments of every
/// object program, keep their settings in files of their role's folder, and print the value they return.
namespace layer_cake::process {

/// Whether a source text imports layer_cake, at the head of a line: pure.
bool imports_layer_cake(std::string_view source);

/// Whether a file is such a module: its name ends with `.py` and it imports layer_cake within its first 256 KiB.
bool is_python_module(const std::filesystem::path& file);

/// The module that a role's `executable` is: a path, or a name that is looked for in `<home>/script` and in the role's
/// working_dir. Nothing when it is none.
std::optional<std::filesystem::path> find_module(const home::Role& role, const std::filesystem::path& home);

/// The module that is run for one of that path: that of the same name in `<home>/script`, where there is one.
std::filesystem::path module_to_run(const std::filesystem::path& home, const std::filesystem::path& file);

/// `--server-address={"host":"127.0.0.1","port":5050}`: text goes as it is, anything else as JSON; pure.
std::string setting_argument(std::string_view name, const codec::Value& word);

/// What a module is told beside its settings, as the library's own parents do.
struct ModuleOrders {
    std::string home; ///< absolute; empty: none
    std::string role;
    std::string origin;            ///< `RUN_CHILD`
    std::string debug_level;       ///< `TRACE`; empty: nothing is logged
    std::string scope = "PROCESS"; ///< of its directory
    std::string directory;  ///< `{"host":"127.0.0.1","port":40255}`, where its directory connects to; empty: none
    bool encrypted = false; ///< what it says to that directory
};
/// The arguments of a module: words and settings as given, then the orders; pure.
std::vector<std::string> module_arguments(const ModuleOrders& orders, const std::vector<std::string>& words,
                                          const codec::Object& settings);

/// The role with `command` begun by its interpreter, a script's. Environments are NAME=value.
home::Role with_interpreter(home::Role role);
/// The same for a module: without an interpreter it is the `python` of the virtual environment that VIRTUAL_ENV names,
/// else `python3`; PYTHONPATH begins with `<home>/script` and the module's folder.
home::Role with_python(home::Role role, const std::filesystem::path& module, const std::filesystem::path& home,
                       const std::vector<std::string>& base_environment);

} // namespace layer_cake::process
