#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/type/info.hpp>

namespace layer_cake::codec {

/// Turns what people write into what the codec reads: a mapping where a map with text keys is wanted becomes a list of
/// pairs, at any depth. True when something was changed.
bool to_typed_form(const type::Info& info, Value& value);

} // namespace layer_cake::codec
