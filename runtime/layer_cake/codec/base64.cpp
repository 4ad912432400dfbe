#include <array>
#include <cstdint>
#include <layer_cake/codec/base64.hpp>

namespace layer_cake::codec {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto values = [] {
    std::array<std::int8_t, 256> made{};
    for (auto& each : made)
        each = -1;
    for (std::size_t at = 0; at < alphabet.size(); ++at)
        made[static_cast<unsigned char>(alphabet[at])] = static_cast<std::int8_t>(at);
    return made;
}();

} // namespace

void append_base64(TextBuffer& out, std::span<const std::byte> bytes) {
    char* to = out.need((bytes.size() + 2) / 3 * 4);
    std::size_t at = 0;
    const auto byte = [&](std::size_t index) {
        return index < bytes.size() ? static_cast<std::uint32_t>(bytes[index]) : 0u;
    };
    for (; at < bytes.size(); at += 3) {
        const auto three = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
        *to++ = alphabet[three >> 18];
        *to++ = alphabet[three >> 12 & 63];
        *to++ = alphabet[three >> 6 & 63];
        *to++ = alphabet[three & 63];
    }
    for (; at > bytes.size(); --at)
        to[static_cast<std::ptrdiff_t>(bytes.size()) - static_cast<std::ptrdiff_t>(at)] = '=';
    out.end(to);
}

std::optional<std::vector<std::byte>> parse_base64(std::string_view text) {
    if (text.size() % 4 != 0) return {};
    std::size_t padding = 0;
    while (padding < 2 && !text.empty() && text.back() == '=') {
        text.remove_suffix(1);
        ++padding;
    }
    std::vector<std::byte> bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const int value = values[static_cast<unsigned char>(c)];
        if (value < 0) return {};
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<std::byte>(bits >> count & 0xff));
    }
    if ((bits & ((1u << count) - 1)) != 0) return {}; // bits that belong to no byte
    return bytes;
}

} // namespace layer_cake::codec
