#pragma once

#include <string>
#include <string_view>
#include <vector>

/// How `--help` is set: in 80 columns.
namespace layer_cake {

/// Appends words and a newline to a text whose line has `at` columns already, later lines indented.
void append_wrapped(std::string& text, std::size_t at, std::string_view words, std::size_t indent);

struct HelpRow {
    std::string left;  ///< `-f, --follow`
    std::string right; ///< what it does; wrapped beside the left, or below one that is long
};

/// Appends rows whose right sides are in line.
/// @param least  columns that the left side has at least, so that several tables are in line
void append_help_rows(std::string& text, const std::vector<HelpRow>& rows, std::size_t least = 0);

} // namespace layer_cake
