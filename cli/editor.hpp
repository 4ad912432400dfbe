#pragma once

#include <layer_cake/core/result.hpp>
#include <string>

namespace layer_cake::cli {

/// The editor a person wants: LC_EDITOR, VISUAL, EDITOR, else vi. It may have arguments: "code --wait".
std::string editor_command();

/// Runs an editor on a file through sh and waits for its end; Ctrl-C is the editor's meanwhile.
/// Fails with `failed`: `editor "false" ended with exit 1`.
Result<void> run_editor(const std::string& editor, const std::string& file);

} // namespace layer_cake::cli
