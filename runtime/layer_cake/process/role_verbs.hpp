#pragma once

#include <layer_cake/process/arguments.hpp>
#include <layer_cake/process/start_options.hpp>
#include <layer_cake/type/any.hpp>

namespace layer_cake::process {

/// What a program answers that was asked to make itself a role, or to change that.
struct CommandResponse {
    std::optional<std::string> command;
    std::optional<std::string> note; ///< names of settings
};
LAYER_CAKE_MESSAGE_AS(CommandResponse, "layer_cake.object_startup.CommandResponse", command, note)

/// Whether the command line asks for one of `--create-role`, `--update-role`, `--factory-reset` and `--delete-role`, by
/// which the command of the Python library lets a program keep its settings in that command's homes.
bool is_role_verb(const StartOptions& options);

/// Does it, in the folder of the role in `--home-path` (home/python_role.hpp). Each setting that is an argument is
/// stored with its type; the note names them. Fails with `busy` for a role to be made that is there, with `missing` for
/// another.
/// @param settings   with the arguments read into them
/// @param arguments  the command line
Result<type::Any> do_role_verb(const StartOptions& options, const Part& settings,
                               std::span<const std::string_view> arguments, const std::string& role);

} // namespace layer_cake::process
