#pragma once

#include <cstddef>
#include <layer_cake/codec/text_buffer.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace layer_cake::codec {

/// Appends bytes in base64, standard alphabet, padded.
void append_base64(TextBuffer& out, std::span<const std::byte> bytes);

/// Reads it back; nothing when a character is not of the alphabet or the padding is wrong.
std::optional<std::vector<std::byte>> parse_base64(std::string_view text);

} // namespace layer_cake::codec
