#pragma once

#include <cstddef>
#include <string_view>

namespace layer_cake {

/// One code point taken from the front of some bytes.
struct CodePoint {
    char32_t value = 0;
    std::size_t size =
        0; ///< bytes taken; 0 when the bytes are not UTF-8 (overlong, surrogate, cut short, above U+10FFFF)
};

/// Decodes the first code point. `bytes` must not be empty.
CodePoint first_code_point(std::string_view bytes);

/// Number of leading bytes that are valid UTF-8: all of them, or up to the first fault.
std::size_t valid_utf8_prefix(std::string_view bytes);

} // namespace layer_cake
