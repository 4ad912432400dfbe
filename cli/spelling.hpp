#pragma once

#include <cli/command.hpp>
#include <string>
#include <vector>

/// The first half of reading a command line: from the many ways to write an
/// option to one. Pure: values in, values out.
namespace layer_cake::cli {

/// A command line in which one spelling is left.
struct Spelled {
    const Command* command = nullptr; ///< nullptr for a bare --help
    bool help = false;
    std::vector<std::string>
        options;                    ///< `--name` or `--name=value`; the names are known, and no needed value is missing
    std::vector<std::string> words; ///< without the command itself
    std::vector<std::string> remainder; ///< unknown options, as written
    std::vector<std::string> after;
};

/// Brings a command line into that form. The command is the first word, its subject the second; options may stand
/// before them.
/// Fails with `invalid` on an unknown or ambiguous name, a missing or a superfluous value.
Result<Spelled> spell_out(const std::vector<std::string>& arguments, std::span<const Command* const> commands);

/// `unknown command "stauts" (did you mean "status"?)`
Error unknown_command(std::string_view word, std::span<const Command* const> commands);

/// The short form of a name: `ll` for `long-listing`.
std::string initials(std::string_view name);

/// What completion and checks know of an option's value: the words of `completes`, else of `value`; or empty.
std::vector<std::string> choices(const Option& option);
bool needs_value(const Option& option);

} // namespace layer_cake::cli
