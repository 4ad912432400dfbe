#pragma once

#include <string>

/// Completion scripts made from the rows of all commands and the keys of a group file. Pure. Names of roles are
/// asked of `layer-cake list` at the moment they are completed.
namespace layer_cake::cli {

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

} // namespace layer_cake::cli
