#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <layer_cake/codec/number_text.hpp>
#include <limits>

namespace layer_cake::codec {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text, std::size_t from) {
    std::size_t at = from;
    while (at < text.size() && is_digit(text[at]))
        ++at;
    return at - from;
}

bool is_exponent(std::string_view text) {
    if (text.empty()) return true;
    if (text[0] != 'e' && text[0] != 'E') return false;
    std::size_t at = 1;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const auto count = digits_at(text, at);
    return count > 0 && at + count == text.size();
}

std::string_view without_sign(std::string_view text) {
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
    return text;
}

bool is_infinity(std::string_view text) {
    text = without_sign(text);
    return text == ".inf" || text == ".Inf" || text == ".INF";
}
bool is_nan(std::string_view text) {
    return text == ".nan" || text == ".NaN" || text == ".NAN";
}

/// Hexadecimal and octal: digits after the prefix, and the base; base 0 when it is neither.
struct Prefixed {
    std::string_view digits;
    int base = 0;
};

Prefixed prefixed(std::string_view text) {
    if (text.size() < 3 || text[0] != '0') return {};
    const auto digits = text.substr(2);
    std::string_view allowed = text[1] == 'x' ? "0123456789abcdefABCDEF" : text[1] == 'o' ? "01234567" : "";
    if (allowed.empty() || digits.find_first_not_of(allowed) != std::string_view::npos) return {};
    return {digits, text[1] == 'x' ? 16 : 8};
}

double positional(Prefixed number) {
    double value = 0;
    for (const char c : number.digits) {
        const int digit = is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
        value = value * number.base + digit;
    }
    return value;
}

} // namespace

bool is_json_number(std::string_view text) {
    std::size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
    const auto whole = digits_at(text, at);
    if (whole == 0 || (whole > 1 && text[at] == '0')) return false;
    at += whole;
    if (at < text.size() && text[at] == '.') {
        const auto part = digits_at(text, at + 1);
        if (part == 0) return false;
        at += part + 1;
    }
    return is_exponent(text.substr(at));
}

bool is_yaml_number(std::string_view text) {
    if (is_infinity(text) || is_nan(text) || prefixed(text).base != 0) return true;
    const auto rest = without_sign(text);
    const auto whole = digits_at(rest, 0);
    if (whole < rest.size() && rest[whole] == '.') {
        const auto part = digits_at(rest, whole + 1);
        return whole + part > 0 && is_exponent(rest.substr(whole + 1 + part));
    }
    return whole > 0 && is_exponent(rest.substr(whole));
}

std::optional<std::int64_t> integer_of(std::string_view text) {
    std::int64_t value = 0;
    int base = 10;
    if (const auto number = prefixed(text); number.base != 0) {
        text = number.digits;
        base = number.base;
    } else {
        const auto digits = without_sign(text);
        if (digits.empty() || digits_at(digits, 0) != digits.size()) return {};
        if (text[0] == '+') text = digits;
    }
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value, base);
    if (read.ec != std::errc() || read.ptr != end) return {};
    return value;
}

std::optional<double> real_of(std::string_view text) {
    if (!is_yaml_number(text)) return {};
    constexpr double infinite = std::numeric_limits<double>::infinity();
    if (is_nan(text)) return std::numeric_limits<double>::quiet_NaN();
    if (is_infinity(text)) return text[0] == '-' ? -infinite : infinite;
    if (const auto number = prefixed(text); number.base != 0) return positional(number);
    if (text[0] == '+') text.remove_prefix(1);
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec == std::errc::result_out_of_range) return std::strtod(std::string(text).c_str(), nullptr);
    return value;
}

std::string json_number(std::string_view text) {
    if (is_json_number(text)) return std::string(text);
    if (!is_yaml_number(text) || is_infinity(text) || is_nan(text)) return "null";
    if (const auto number = prefixed(text); number.base != 0) {
        const auto value = integer_of(text);
        return value ? fmt::format("{}", *value) : fmt::format("{:.0f}", positional(number));
    }
    // What is left differs in a plus, leading zeros, or digits missing beside the point.
    std::string out;
    if (text[0] == '-') out += '-';
    auto rest = without_sign(text);
    while (rest.size() > 1 && rest[0] == '0' && is_digit(rest[1]))
        rest.remove_prefix(1);
    if (rest[0] == '.') out += '0';
    const auto whole = digits_at(rest, 0);
    out += rest.substr(0, whole);
    rest.remove_prefix(whole);
    if (!rest.empty() && rest[0] == '.' && digits_at(rest, 1) == 0) rest.remove_prefix(1);
    out += rest;
    return out;
}

} // namespace layer_cake::codec
