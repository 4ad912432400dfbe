#pragma once

#include <layer_cake/codec/value.hpp>
#include <string>
#include <string_view>

/// Dollar signs of other formats, as a group file has them.
namespace layer_cake::home::foreign {

/// A text in which nothing is a variable: each `$` is doubled.
std::string without_variables(std::string_view text);
/// A text whose variables are empty when they are not set, as with compose: `$NAME` becomes `${NAME:-}`.
std::string with_empty_variables(std::string_view text);
/// The same two for every text of a document, but for what is below `x-` keys: there nothing is replaced.
void double_dollars(codec::Value& value);
void empty_variables(codec::Value& value);

} // namespace layer_cake::home::foreign
