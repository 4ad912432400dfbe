#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fast_float/fast_float.h>
#include <layer_cake/codec/float_text.hpp>
#include <limits>
#include <string>
#ifdef LAYER_CAKE_DRAGONBOX // the same algorithm with all of its table, half as long again as fast
#include <dragonbox-1.1.3/dragonbox/dragonbox.h>
#else
#include <fmt/format.h>
#endif

namespace layer_cake::codec {
namespace {

static_assert(std::endian::native == std::endian::little);

/// The eight digits of a number below 10^8, the first in the lowest byte: halved three times, all parts at once.
std::uint64_t eight_digits(std::uint32_t number) {
    const std::uint64_t fours = number / 10000 | static_cast<std::uint64_t>(number % 10000) << 32;
    const std::uint64_t hundreds = (fours * 10486 >> 20) & 0x0000007f0000007f;
    const std::uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
    const std::uint64_t tens = (twos * 103 >> 10) & 0x000f000f000f000f;
    return (tens | (twos - tens * 10) << 8) + 0x3030303030303030;
}

int digit_count(std::uint64_t number) {
    static constexpr auto powers = [] {
        std::array<std::uint64_t, 20> made{};
        std::uint64_t power = 1;
        for (auto& each : made) {
            each = power;
            power *= 10;
        }
        made[0] = 0;
        return made;
    }();
    const int guess = (64 - __builtin_clzll(number | 1)) * 1233 >> 12;
    return guess + (number >= powers[static_cast<std::size_t>(guess)] ? 1 : 0);
}

/// All digits of a number, at the end of 24 bytes; more bytes behind, so that copies may have one length.
struct Digits {
    char text[48];
    int count;

    explicit Digits(std::uint64_t number) : count(digit_count(number)) {
        const auto high = number / 100'000'000;
        const auto low = eight_digits(static_cast<std::uint32_t>(number % 100'000'000));
        const auto middle = eight_digits(static_cast<std::uint32_t>(high % 100'000'000));
        const auto top = eight_digits(static_cast<std::uint32_t>(high / 100'000'000));
        std::memcpy(text, &top, 8);
        std::memcpy(text + 8, &middle, 8);
        std::memcpy(text + 16, &low, 8);
        std::memset(text + 24, 0, 24);
    }
    const char* first() const { return text + 24 - count; }
};

char* write_exponent(char* to, int exponent) {
    *to++ = 'e';
    *to++ = exponent < 0 ? '-' : '+';
    const int size = exponent < 0 ? -exponent : exponent;
    if (size >= 100) *to++ = static_cast<char>('0' + size / 100);
    *to++ = static_cast<char>('0' + size / 10 % 10);
    *to++ = static_cast<char>('0' + size % 10);
    return to;
}

/// Writes number * 10^exponent.
char* write_decimal(char* to, std::uint64_t number, int exponent) {
    const Digits digits(number);
    const int count = digits.count;
    const int point = count + exponent; // digits before the decimal point
    if (point > 16 || point < -3) {
        *to = *digits.first();
        to[1] = '.';
        std::memcpy(to + 2, digits.first() + 1, 17);
        return write_exponent(count == 1 ? to + 1 : to + 1 + count, point - 1);
    }
    if (point <= 0) {
        std::memcpy(to, "0.00000", 8);
        std::memcpy(to + 2 - point, digits.first(), 20);
        return to + 2 - point + count;
    }
    if (point >= count) {
        std::memset(to, '0', 20);
        std::memcpy(to, digits.first(), static_cast<std::size_t>(count));
        to[point] = '.';
        to[point + 1] = '0';
        return to + point + 2;
    }
    std::memcpy(to, digits.first(), 17);
    to[point] = '.';
    std::memcpy(to + point + 1, digits.first() + point, 17 - static_cast<std::size_t>(point) % 17);
    return to + count + 1;
}

template <class Float>
char* write_float(char* to, Float value) {
    if (std::signbit(value) && !std::isnan(value)) {
        *to++ = '-';
        value = -value;
    }
    if (value < Float(1e7)) { // small whole numbers are common and need no search
        const auto whole = static_cast<std::uint32_t>(value);
        if (static_cast<Float>(whole) == value) {
            to = write_unsigned(to, whole);
            *to++ = '.';
            *to++ = '0';
            return to;
        }
    } else if (!std::isfinite(value)) {
        const std::string_view word = std::isnan(value) ? "NaN" : "Infinity";
        std::memcpy(to, word.data(), word.size());
        return to + word.size();
    }
#ifdef LAYER_CAKE_DRAGONBOX
    const auto decimal = jkj::dragonbox::to_decimal(value, jkj::dragonbox::policy::sign::ignore);
#else
    const auto decimal = fmt::detail::dragonbox::to_decimal(value);
#endif
    return write_decimal(to, decimal.significand, decimal.exponent);
}

bool is_digit(char c) {
    return static_cast<unsigned char>(c - '0') < 10;
}

bool are_eight_digits(std::uint64_t bytes) {
    return ((bytes & 0xf0f0f0f0f0f0f0f0) | (((bytes + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4)) ==
           0x3333333333333333;
}

/// Eight digits as their number: neighbours are joined three times, all at once.
std::uint32_t number_of_eight(std::uint64_t bytes) {
    bytes -= 0x3030303030303030;
    bytes = bytes * 10 + (bytes >> 8);
    const std::uint64_t low = (bytes & 0x000000ff000000ff) * 0x000f424000000064;
    const std::uint64_t high = ((bytes >> 16) & 0x000000ff000000ff) * 0x0000271000000001;
    return static_cast<std::uint32_t>((low + high) >> 32);
}

/// Takes all digits from `at` into `number`, which may overflow: the caller counts them.
const char* take_digits(const char* at, const char* end, std::uint64_t& number) {
    while (end - at >= 8) {
        std::uint64_t bytes;
        std::memcpy(&bytes, at, 8);
        if (!are_eight_digits(bytes)) break;
        number = number * 100'000'000 + number_of_eight(bytes);
        at += 8;
    }
    for (; at < end && is_digit(*at); ++at)
        number = number * 10 + static_cast<std::uint64_t>(*at - '0');
    return at;
}

/// The long way, right for every number.
template <class Float>
Float read_slowly(const char* at, const char* end) {
    Float value = 0;
    const auto read = std::from_chars(at, end, value);
    if (read.ec != std::errc::result_out_of_range) return value;
    const std::string text(at, end); // the standard leaves open which way it was out of range
    if constexpr (std::is_same_v<Float, double>)
        return std::strtod(text.c_str(), nullptr);
    else
        return std::strtof(text.c_str(), nullptr);
}

template <class Float>
FloatText read_float(const char* at, const char* end, Float& value) {
    const char* const start = at;
    const bool negative = at < end && *at == '-';
    if (negative) ++at;
    std::uint64_t number = 0;
    const char* const whole = at;
    for (; at < end && is_digit(*at); ++at)
        number = number * 10 + static_cast<std::uint64_t>(*at - '0');
    auto digits = at - whole;
    if (digits == 0 || (digits > 1 && *whole == '0')) return {};

    FloatText text{nullptr, true};
    std::int64_t exponent = 0;
    if (at < end && *at == '.') {
        const char* const part = ++at;
        at = take_digits(at, end, number);
        if (at == part) return {};
        exponent = part - at;
        digits += at - part;
        text.is_integer = false;
    }
    if (at < end && (*at | 0x20) == 'e') {
        ++at;
        const bool down = at < end && *at == '-';
        if (at < end && (*at == '-' || *at == '+')) ++at;
        if (at == end || !is_digit(*at)) return {};
        std::int64_t power = 0;
        for (; at < end && is_digit(*at); ++at)
            if (power < 100'000) power = power * 10 + (*at - '0');
        exponent += down ? -power : power;
        text.is_integer = false;
    }
    text.end = at;

    if (digits > 19) [[unlikely]] { // leading zeros do not count, but they are seldom this many
        value = read_slowly<Float>(start, at);
        return text;
    }
    using Format = fast_float::binary_format<Float>;
    using Bits = std::conditional_t<std::is_same_v<Float, double>, std::uint64_t, std::uint32_t>;
    const auto rounded = fast_float::compute_float<Format>(exponent, number);
    if (rounded.power2 < 0) [[unlikely]] {
        value = read_slowly<Float>(start, at);
        return text;
    }
    const auto bits = static_cast<Bits>(rounded.mantissa) |
                      static_cast<Bits>(rounded.power2) << (std::numeric_limits<Float>::digits - 1) |
                      static_cast<Bits>(negative) << (sizeof(Float) * 8 - 1);
    value = std::bit_cast<Float>(bits);
    return text;
}

} // namespace

char* write_float8(char* to, double value) {
    return write_float(to, value);
}

char* write_float4(char* to, float value) {
    return write_float(to, value);
}

char* write_unsigned(char* to, std::uint64_t value) {
    if (value < 10) {
        *to = static_cast<char>('0' + value);
        return to + 1;
    }
    const Digits digits(value);
    std::memcpy(to, digits.first(), 20);
    return to + digits.count;
}

char* write_integer(char* to, std::int64_t value) {
    if (value >= 0) return write_unsigned(to, static_cast<std::uint64_t>(value));
    *to++ = '-';
    return write_unsigned(to, 0 - static_cast<std::uint64_t>(value));
}

FloatText read_float8(const char* at, const char* end, double& value) {
    return read_float(at, end, value);
}

FloatText read_float4(const char* at, const char* end, float& value) {
    return read_float(at, end, value);
}

} // namespace layer_cake::codec
