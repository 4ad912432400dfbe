#pragma once

#include <layer_cake/core/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::home::foreign {

/// A line as words, as a POSIX shell would split it, without doing anything else a shell does: quotes and backslashes
/// are undone, variables and wildcards stay. What compose and supervisord do with a command.
/// Fails with `invalid` for a quote that is not closed.
Result<std::vector<std::string>> shell_words(std::string_view line);

} // namespace layer_cake::home::foreign
