#pragma once

#include <layer_cake/codec/text_value.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/type/info.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// A command line by the members of described structs: pure.
///
///     --server-address=TEXT   a member by its name; dashes are underscores
///     -sa=TEXT                the same by the initials of its words
///     --server-address.port=TEXT   a member of a member
///     --verbose               without a value: true; nothing, for an optional
///     WORD                    fills the members in their order
namespace layer_cake::process {

/// A described struct whose members are arguments, and the instance to fill.
struct Part {
    const type::Info* info = nullptr; ///< of a message; null when there are no such arguments
    void* value = nullptr;
};

/// One argument of a command line, taken apart.
struct Argument {
    std::string name; ///< as written, dashes included; empty for a word
    std::optional<std::string_view> text;
};
Argument take_apart(std::string_view argument);

/// Stores every argument in the part it belongs to: each names a member of one of them, by its name or its initials.
/// Words go to the members of the last part. The later of two for the same member counts. Fails with `invalid`, naming
/// the argument and its type: `cannot decode value for "--count" (integer4): expected integer4, found "x"`,
/// `unknown argument "--cuont" (did you mean "--count"?)`, `ambiguous argument "-s": --size, --seed`.
Result<void> read_arguments(std::span<const std::string_view> arguments, std::span<const Part> parts);

/// The same for the arguments of one part alone; what names none of its members is passed over.
Result<void> read_arguments_of(std::span<const std::string_view> arguments, std::span<const Part> parts,
                               std::size_t one);

using codec::read_text; ///< fills a value from one argument's text

/// A member's name as an argument: `--server-address`; and its initials: `-sa`.
std::string long_name(std::string_view member);
std::string short_name(std::string_view member);

} // namespace layer_cake::process
