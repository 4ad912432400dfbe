#pragma once

#include <filesystem>
#include <layer_cake/core/result.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Files with environment variables.
///
///     # a comment            NAME=text, up to the end of the line or ` #`
///     export NAME=text       export is ignored
///     NAME="a\nb"            double quotes: \n \t \r \" \\ \$ mean what they do in C; may span lines
///     NAME='as it is'        single quotes: nothing is special; may span lines
///
/// Nothing is replaced in the texts. The last of two lines for a name wins.
namespace layer_cake::home {

using Variable = std::pair<std::string, std::string>;

/// Fails with `invalid`: `line 3 is not NAME=text`.
Result<std::vector<Variable>> parse_env(std::string_view text);

inline constexpr std::size_t variable_limit = 5'000;

/// Reads a file. Limits: 1 MiB, 5,000 variables. Fails as read_file does, or with `invalid`, naming the file and the
/// line.
Result<std::vector<Variable>> read_env_file(const std::filesystem::path& file);

/// Sets a variable, in its place when it is there.
void set_variable(std::vector<Variable>& variables, std::string_view name, std::string_view text);

} // namespace layer_cake::home
