#include <cstdint>
#include <cstring>
#include <layer_cake/core/utf8.hpp>

namespace layer_cake {

CodePoint first_code_point(std::string_view bytes) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    const auto lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    std::size_t size = 0;
    char32_t value = 0;
    char32_t least = 0;
    if ((lead & 0xe0) == 0xc0) {
        size = 2, value = lead & 0x1f, least = 0x80;
    } else if ((lead & 0xf0) == 0xe0) {
        size = 3, value = lead & 0x0f, least = 0x800;
    } else if ((lead & 0xf8) == 0xf0) {
        size = 4, value = lead & 0x07, least = 0x10000;
    } else {
        return {};
    }
    if (bytes.size() < size) return {};
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {};
        value = (value << 6) | (byte(i) & 0x3f);
    }
    if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {};
    return {value, size};
}

std::size_t valid_utf8_prefix(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        std::uint64_t word = 0; // eight ASCII bytes at a time: most text is nothing else
        while (at + sizeof word <= bytes.size()) {
            std::memcpy(&word, bytes.data() + at, sizeof word);
            if (word & 0x8080808080808080u) break;
            at += sizeof word;
        }
        if (at == bytes.size()) break;
        const auto point = first_code_point(bytes.substr(at));
        if (point.size == 0) break;
        at += point.size;
    }
    return at;
}

} // namespace layer_cake
