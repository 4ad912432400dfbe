#pragma once

#include <cli/command.hpp>
#include <string>
#include <string_view>

/// What the rows say, in words for people and for manual pages. Pure.
namespace layer_cake::cli {

std::string overview_text();                   ///< `layer-cake help`: all commands
std::string help_text(const Command& command); ///< `layer-cake help VERB`: fits 80 columns
std::string forms(const Option& option);       ///< `-ll, --long-listing`, without the value

/// A manual page's source with the lines `@NAME@`, `@SYNOPSIS@`, `@OPTIONS@`, `@COMMANDS@`, `@KEYS@` (each alone on
/// its line, `.\"` may stand before) filled in. `command` is nullptr for layer-cake(1).
std::string fill_manual(std::string_view source, const Command* command);

} // namespace layer_cake::cli
