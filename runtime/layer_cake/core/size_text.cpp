#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>

namespace layer_cake {
namespace {

constexpr std::string_view letters = "KMGTPE";
constexpr unsigned __int128 most = (static_cast<unsigned __int128>(1) << 63) - 1;

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

} // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
    using Wide = unsigned __int128;
    const auto wrong = [&](std::string_view rule) {
        return fail(Fault::invalid, fmt::format("bad size \"{}\": {}", terminal_safe(text.substr(0, 64)), rule));
    };
    if (text.empty()) return wrong("it is empty");
    if (text.size() > 64) return wrong("longer than 64 characters");
    if (!is_digit(text[0])) return wrong("wanted a number of bytes, as in 4096, 10K or 1.5G");

    std::size_t at = 0;
    Wide whole = 0;
    for (; at < text.size() && is_digit(text[at]); ++at) {
        whole = whole * 10 + static_cast<unsigned>(text[at] - '0');
        if (whole > most) return wrong("larger than 8E");
    }
    Wide part = 0;
    Wide base = 1;
    if (at < text.size() && text[at] == '.') {
        const auto first = ++at;
        for (; at < text.size() && is_digit(text[at]); ++at) {
            if (at - first >= 18) continue; // below one byte at any unit
            part = part * 10 + static_cast<unsigned>(text[at] - '0');
            base *= 10;
        }
        if (at == first) return wrong("a number goes on after the point");
    }
    int shift = 0;
    if (at < text.size()) {
        if (const auto letter = letters.find(upper(text[at])); letter != std::string_view::npos) {
            shift = static_cast<int>(letter + 1) * 10;
            ++at;
        }
    }
    const auto rest = text.substr(at);
    if (!rest.empty() && rest != "B" && rest != "b" && !(shift && (rest == "iB" || rest == "ib")))
        return wrong("units are K M G T P E");
    if (base != 1 && shift == 0) return wrong("there are no parts of a byte");
    const Wide bytes = (whole << shift) + ((part << shift) / base);
    if (bytes > most) return wrong("larger than 8E");
    return static_cast<std::uint64_t>(bytes);
}

std::string format_size(std::uint64_t bytes) {
    if (bytes < 1024) return fmt::format("{}", bytes);
    std::size_t at = 0;
    while (at + 1 < letters.size() && (bytes >> (10 * (at + 2))) != 0)
        ++at;
    for (;; ++at) {
        using Wide = unsigned __int128;
        const Wide unit = static_cast<Wide>(1) << (10 * (at + 1));
        const auto tenths = static_cast<std::uint64_t>((static_cast<Wide>(bytes) * 10 + unit / 2) / unit);
        if (tenths >= 10240 && at + 1 < letters.size()) continue; // 1023.96K is 1M
        if (tenths % 10 == 0) return fmt::format("{}{}", tenths / 10, letters[at]);
        return fmt::format("{}.{}{}", tenths / 10, tenths % 10, letters[at]);
    }
}

} // namespace layer_cake
