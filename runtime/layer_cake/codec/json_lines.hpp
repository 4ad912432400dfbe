#pragma once

#include <string>
#include <string_view>

namespace layer_cake::codec {

/// Compact JSON, as write_json() writes it, in lines with four spaces a level; no final newline.
std::string in_lines(std::string_view flat);

} // namespace layer_cake::codec
