#pragma once

#include <string_view>

namespace layer_cake::codec {

/// What people may say, in any case, for an enumerator that has another name on the wire: REALM for WAN. Empty for
/// anything else.
/// @param type  name of the enumeration
std::string_view other_word(std::string_view type, std::string_view said);

} // namespace layer_cake::codec
