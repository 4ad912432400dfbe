#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/group_file.hpp>
#include <string>
#include <string_view>
#include <vector>

/// Variables in texts.
///
///     $NAME  ${NAME}      the value; a problem when it is not set
///     ${NAME:-word}       word when it is not set or empty (${NAME-word}: when not set)
///     ${NAME:+word}       word when it is set and not empty, else nothing (${NAME+word}: when set)
///     ${NAME:?message}    a problem with that message when it is not set or empty (${NAME?message}: when not set)
///     $$                  a dollar sign
///
/// A word may have variables in it, 8 levels deep. Any other `$` (`$(date)`, `$1`) stays as it is.
namespace layer_cake::home {

/// Fails with `invalid`, naming the variable and what to write.
Result<std::string> interpolate(std::string_view text, const Variables& variables);

/// Replaces in every text value of a document, never in names and not below `x-` keys; appends a problem (its file left
/// empty) for each text that cannot be.
void interpolate_all(codec::Value& value, const Variables& variables, std::vector<Problem>& problems);

} // namespace layer_cake::home
