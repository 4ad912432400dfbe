#pragma once

#include <layer_cake/directory/scope.hpp>
#include <layer_cake/object/log.hpp>
#include <layer_cake/type/describe.hpp>
#include <layer_cake/type/messages.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace layer_cake::object {
BOOST_DESCRIBE_ENUM(LogLevel, debug, trace, object, console, warning, fault, none)
}

namespace layer_cake::process {

/// How the process came to be.
enum class Origin { shell, run, run_child, start, start_child };
BOOST_DESCRIBE_ENUM(Origin, shell, run, run_child, start, start_child)

/// The arguments every object program takes, with the predecessor's names. Enumerators are read in any case.
struct StartOptions {
    bool help = false;
    std::optional<object::LogLevel> debug_level;
    bool full_output = false;
    std::optional<std::string> output_file;
    std::optional<std::string> home_path;
    std::optional<std::string> role_name;
    std::optional<std::string> resource_path;
    std::optional<std::string> model_path;
    Duration shutdown_deadline = std::chrono::seconds(8);
    bool dump_types = false;
    bool keep_logs = false;
    std::optional<type::HostPort> connect_to_directory;
    std::optional<bool> encrypted_process; ///< connections to the directory, and of those below
    bool child_process = false;
    Origin origin = Origin::shell;
    std::optional<directory::Scope> directory_scope;
    std::optional<type::HostPort> accept_directories_at;
    bool create_role = false; ///< this and what follows: see role_verbs.hpp
    bool update_role = false;
    bool factory_reset = false;
    bool delete_role = false;
    std::optional<std::string> object_name; ///< to run instead of the main object; given by a parent process
};
BOOST_DESCRIBE_STRUCT(StartOptions, (),
                      (help, debug_level, full_output, output_file, home_path, role_name, resource_path, model_path,
                       shutdown_deadline, dump_types, keep_logs, connect_to_directory, encrypted_process, child_process,
                       origin, directory_scope, accept_directories_at, create_role, update_role, factory_reset,
                       delete_role, object_name))

/// One line for `--help` on each, in the same order; none for what parents pass and people do not.
std::span<const std::string_view> start_option_help();

} // namespace layer_cake::process
