#pragma once

#include <layer_cake/codec/value.hpp>

namespace layer_cake::codec {

/// The later of the first two members found with one name, or nullptr.
/// Time is n log n: the names come from outside.
const Member* repeated_name(const Object& members);

} // namespace layer_cake::codec
