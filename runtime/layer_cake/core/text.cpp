#include <algorithm>
#include <array>
#include <cstdint>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/utf8.hpp>

namespace layer_cake {
namespace {

char folded(char c) {
    if (c == '-') return '_';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Edits (insert, remove, replace, swap of neighbours) from `a` to `b`; `too_far` when more than 2.
constexpr int too_far = 3;

int edits(std::string_view a, std::string_view b) {
    constexpr std::size_t longest = 64;
    if (a.size() > longest || b.size() > longest) return too_far;
    if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) >= too_far) return too_far;
    std::array<std::array<int, longest + 1>, 3> rows{};
    for (std::size_t j = 0; j <= b.size(); ++j)
        rows[0][j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& row = rows[i % 3];
        const auto& before = rows[(i + 2) % 3];
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = folded(a[i - 1]) == folded(b[j - 1]);
            row[j] = std::min({before[j] + 1, row[j - 1] + 1, before[j - 1] + (same ? 0 : 1)});
            if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) && folded(a[i - 2]) == folded(b[j - 1]))
                row[j] = std::min(row[j], rows[(i + 1) % 3][j - 2] + 1);
        }
    }
    return rows[a.size() % 3][b.size()];
}

bool begins_with(std::string_view candidate, std::string_view word) {
    return candidate.size() >= word.size() && std::equal(word.begin(), word.end(), candidate.begin(),
                                                         [](char a, char b) { return folded(a) == folded(b); });
}

/// The one candidate that goes on from a word of three characters or more.
std::string_view only_beginning_with(std::string_view word, std::span<const std::string_view> candidates) {
    constexpr std::size_t enough = 3;
    if (word.size() < enough) return {};
    std::string_view only;
    for (const auto candidate : candidates) {
        if (!begins_with(candidate, word)) continue;
        if (!only.empty()) return {};
        only = candidate;
    }
    return only;
}

void append_escaped(std::string& out, unsigned char byte) {
    constexpr char digits[] = "0123456789abcdef";
    out += "\\x";
    out += digits[byte >> 4];
    out += digits[byte & 15];
}

bool plain_byte(unsigned char byte) {
    return (byte >= 0x20 && byte < 0x7f) || byte == '\t';
}

bool takes_no_column(char32_t c) {
    struct Range {
        char32_t first, last;
    };
    static constexpr Range ranges[] = {
        {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a},   {0x064b, 0x065f}, {0x0670, 0x0670},
        {0x06d6, 0x06dc}, {0x0900, 0x0902}, {0x093c, 0x093c}, {0x0941, 0x0948},   {0x0e31, 0x0e31}, {0x0e34, 0x0e3a},
        {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f},   {0x20d0, 0x20ff}, {0x302a, 0x302d},
        {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
    };
    if (c < ranges[0].first) return false;
    return std::any_of(std::begin(ranges), std::end(ranges), [c](Range r) { return c >= r.first && c <= r.last; });
}

bool safe_in_shell(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
}

/// `NAME=value` as the first word would be an assignment.
bool reads_as_assignment(std::string_view word) {
    const auto equals = word.find('=');
    if (equals == 0 || equals == std::string_view::npos) return false;
    return word.substr(0, equals).find_first_of("@%+:,./-") == std::string_view::npos &&
           !(word[0] >= '0' && word[0] <= '9');
}

} // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
    std::string_view best;
    int fewest = too_far;
    for (const auto candidate : candidates) {
        const int distance = edits(word, candidate);
        if (distance < fewest && static_cast<std::size_t>(distance) * 2 < word.size()) {
            best = candidate;
            fewest = distance;
        }
    }
    return best.empty() ? only_beginning_with(word, candidates) : best;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> candidates) {
    const auto meant = nearest(word, candidates);
    if (meant.empty()) return {};
    return std::string(" (did you mean \"").append(meant).append("\"?)");
}

std::string terminal_safe(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    std::size_t at = 0;
    while (at < bytes.size()) {
        const auto byte = static_cast<unsigned char>(bytes[at]);
        if (plain_byte(byte)) {
            std::size_t end = at + 1;
            while (end < bytes.size() && plain_byte(static_cast<unsigned char>(bytes[end])))
                ++end;
            out.append(bytes.substr(at, end - at));
            at = end;
            continue;
        }
        const auto point = first_code_point(bytes.substr(at));
        if (point.size > 1 && point.value >= 0xa0) {
            out.append(bytes.substr(at, point.size));
            at += point.size;
            continue;
        }
        // Byte by byte even for a C1 control: what is shown can be typed back into printf(1).
        for (std::size_t end = at + std::max<std::size_t>(point.size, 1); at < end; ++at)
            append_escaped(out, static_cast<unsigned char>(bytes[at]));
    }
    return out;
}

std::size_t display_width(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        const auto point = first_code_point(text);
        if (point.size == 0 || !takes_no_column(point.value)) ++columns;
        text.remove_prefix(std::max<std::size_t>(point.size, 1));
    }
    return columns;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
        if (text.empty()) parts.emplace_back();
    }
    return parts;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
    std::string out;
    for (const auto& part : parts) {
        if (&part != parts.data()) out += separator;
        out += part;
    }
    return out;
}

std::string shell_quote(std::string_view word) {
    if (!word.empty() && std::all_of(word.begin(), word.end(), safe_in_shell) && !reads_as_assignment(word))
        return std::string(word);
    std::string out = "'";
    for (const char c : word) {
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    }
    return out += '\'';
}

} // namespace layer_cake
