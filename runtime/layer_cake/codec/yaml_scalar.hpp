#pragma once

#include <layer_cake/codec/value.hpp>
#include <string_view>

namespace layer_cake::codec {

/// What an unquoted YAML scalar means in the 1.2 core schema: null, boolean, number or the text itself.
Value plain_scalar(std::string_view text);

/// True when `text`, written without quotes, is read back as that very text, in block and in flow style.
/// Errs to the side of quotes.
bool plain_is_safe(std::string_view text);

} // namespace layer_cake::codec
