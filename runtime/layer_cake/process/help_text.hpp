#pragma once

#include <layer_cake/process/arguments.hpp>
#include <string>
#include <string_view>

namespace layer_cake::process {

/// What `--help` prints: the program's settings with types and defaults, then the arguments of every program.
/// @param settings  holding the defaults
std::string help_text(std::string_view program, const Part& settings);

} // namespace layer_cake::process
