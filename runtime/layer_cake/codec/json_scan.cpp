#include <layer_cake/codec/json_scan.hpp>

namespace layer_cake::codec {
namespace {

std::uint32_t hexadecimal(const char* at) {
    std::uint32_t value = 0;
    for (int digit = 0; digit < 4; ++digit) {
        const char c = at[digit];
        value = value << 4 | static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
}

void append_code_point(std::string& out, std::uint32_t point) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (point >> shift & 0x3f)); };
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xc0 | point >> 6);
        tail(0);
    } else if (point < 0x10000) {
        out += static_cast<char>(0xe0 | point >> 12);
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xf0 | point >> 18);
        tail(12);
        tail(6);
        tail(0);
    }
}

char plain_escape(char letter) {
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return letter;
    }
}

} // namespace

bool unescape(std::string_view raw, std::string& out) {
    out.clear();
    out.reserve(raw.size());
    for (std::size_t at = 0; at < raw.size();) {
        const auto next = raw.find('\\', at);
        out.append(raw.substr(at, next - at));
        if (next == raw.npos) break;
        at = next + 2;
        if (raw[next + 1] != 'u') {
            out += plain_escape(raw[next + 1]);
            continue;
        }
        auto point = hexadecimal(raw.data() + at);
        at += 4;
        if (point >= 0xd800 && point < 0xe000) {
            if (point >= 0xdc00 || raw.substr(at, 2) != "\\u") return false;
            const auto low = hexadecimal(raw.data() + at + 2);
            if (low < 0xdc00 || low >= 0xe000) return false;
            point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
            at += 6;
        }
        append_code_point(out, point);
    }
    return true;
}

bool JsonScan::skip_value(int depth, bool not_finite) {
    std::string_view raw;
    bool plain = false;
    switch (peek()) {
    case '"':
        return take_string(raw, plain);
    case '[':
        if (depth == 0) return false;
        ++at_;
        if (take(']')) return true;
        do
            if (!skip_value(depth - 1, not_finite)) return false;
        while (take(','));
        return take(']');
    case '{':
        if (depth == 0) return false;
        ++at_;
        if (take('}')) return true;
        do {
            if (peek() != '"' || !take_string(raw, plain) || !take(':')) return false;
            if (!skip_value(depth - 1, not_finite)) return false;
        } while (take(','));
        return take('}');
    case 't':
        return take_word("true");
    case 'f':
        return take_word("false");
    case 'n':
        return take_word("null");
    case 'N':
        return not_finite && take_word("NaN");
    case 'I':
        return not_finite && take_word("Infinity");
    case '-':
        if (not_finite && take_word("-Infinity")) return true;
        [[fallthrough]];
    default: {
        double value = 0;
        const auto number = read_float8(at_, end_, value);
        if (!number.end) return false;
        at_ = number.end;
        return true;
    }
    }
}

} // namespace layer_cake::codec
