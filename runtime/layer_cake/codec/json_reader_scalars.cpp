#include <cmath>
#include <fmt/format.h>
#include <layer_cake/codec/base64.hpp>
#include <layer_cake/codec/json_reader.hpp>
#include <layer_cake/codec/moment_text.hpp>
#include <layer_cake/codec/other_words.hpp>
#include <layer_cake/core/text.hpp>
#include <limits>

namespace layer_cake::codec {

using type::Info;
using type::Kind;

namespace {

bool to_bytes(std::string_view text, std::string& bytes) {
    bytes.clear();
    while (!text.empty()) {
        const auto point = first_code_point(text);
        if (point.size == 0 || point.value > 0xff) return false;
        bytes += static_cast<char>(point.value);
        text.remove_prefix(point.size);
    }
    return true;
}

/// Assigns what a text says, when it says something.
template <class T>
bool assign(void* to, const std::optional<T>& value) {
    if (value) *static_cast<T*>(to) = *value;
    return value.has_value();
}

} // namespace

bool JsonReader::read_text(const Info& info, std::string_view& text) {
    bool plain = true;
    if (scan_.peek() != '"') return expected(info);
    if (!scan_.take_string(text, plain)) return refuse("a string is broken or not UTF-8");
    if (plain) return true;
    if (!unescape(text, scratch_)) return refuse("a string has half of a surrogate pair");
    text = scratch_;
    return true;
}

template <class T>
bool JsonReader::read_integer(const Info& info, void* to) {
    const char* at = (scan_.peek(), scan_.at());
    const char* const end = scan_.end();
    const bool negative = at < end && *at == '-';
    if (negative) ++at;
    const char* const digits = at;
    std::uint64_t number = 0;
    for (; at < end && static_cast<unsigned char>(*at - '0') < 10; ++at) {
        const auto digit = static_cast<std::uint64_t>(*at - '0');
        if (at - digits >= 19 && (number > (~std::uint64_t(0) - digit) / 10)) return expected(info);
        number = number * 10 + digit;
    }
    if (at == digits || (at - digits > 1 && *digits == '0')) return expected(info);
    if (at < end && (*at == '.' || (*at | 0x20) == 'e')) return expected(info);
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    constexpr auto least = std::is_signed_v<T> ? most + 1 : 0;
    if (number > (negative ? least : most)) return expected(info);
    const auto value = static_cast<T>(negative ? 0 - number : number);
    std::memcpy(to, &value, sizeof value);
    scan_.go(at);
    return true;
}

template <class T>
bool JsonReader::read_float(const Info& info, void* to) {
    auto& value = *static_cast<T*>(to);
    scan_.peek();
    FloatText number;
    if constexpr (std::is_same_v<T, double>)
        number = read_float8(scan_.at(), scan_.end(), value);
    else
        number = read_float4(scan_.at(), scan_.end(), value);
    if (number.end && (!number.is_integer || how_.whole_floats)) {
        scan_.go(number.end);
        return true;
    }
    if (scan_.take_word("NaN"))
        value = std::numeric_limits<T>::quiet_NaN();
    else if (scan_.take_word("Infinity"))
        value = std::numeric_limits<T>::infinity();
    else if (scan_.take_word("-Infinity"))
        value = -std::numeric_limits<T>::infinity();
    else
        return expected(info);
    return true;
}

template bool JsonReader::read_float<double>(const Info&, void*);

bool JsonReader::read_enumeration(const Info& info, void* to) {
    const auto start = (scan_.peek(), scan_.at());
    std::string_view text;
    if (!read_text(info, text)) return false;
    const auto other = other_word(info.name, text);
    for (const auto& enumerator : info.enumerators())
        if (enumerator.name == text || enumerator.name == other) {
            info.set_number(to, enumerator.value);
            return true;
        }
    scan_.go(start);
    constexpr std::size_t at_most = 16;
    if (info.enumerators().size() > at_most) return expected(info);
    std::vector<std::string_view> names;
    for (const auto& enumerator : info.enumerators())
        names.push_back(enumerator.name);
    return expected(fmt::format("one of {}", fmt::join(names, ", ")));
}

bool JsonReader::read_numbers(const Info& info, std::vector<std::int64_t>& to) {
    if (!enter('[', info)) return false;
    if (scan_.take(']')) return ++depth_, true;
    do {
        std::int64_t number = 0;
        if (!spend(sizeof number) || !read_integer<std::int64_t>(type::info_of<std::int64_t>(), &number))
            return at_index(to.size());
        to.push_back(number);
    } while (scan_.take(','));
    return leave(']');
}

bool JsonReader::read_address(const Info& info, type::Address& to) {
    if (take_null()) return to = type::Address(), true;
    if (how_.book) {
        std::string_view key;
        if (!read_text(info, key)) return false;
        const auto* found = how_.book->find(key);
        if (!found)
            return refuse(fmt::format("the address \"{}\" is not in the book", terminal_safe(key.substr(0, 64))));
        to = *found;
        return true;
    }
    std::vector<std::int64_t> numbers;
    if (!read_numbers(info, numbers)) return false;
    if (numbers.empty()) return refuse("an address has no numbers");
    to = type::Address(std::span<const std::int64_t>(numbers));
    return true;
}

bool JsonReader::read_scalar(const Info& info, void* to) {
    std::string_view text;
    switch (info.kind) {
    case Kind::boolean:
        if (scan_.peek() == 't' && scan_.take_word("true")) return *static_cast<bool*>(to) = true;
        if (scan_.peek() != 'f' || !scan_.take_word("false")) return expected(info);
        *static_cast<bool*>(to) = false;
        return true;
    case Kind::byte:
    case Kind::unsigned1:
        return read_integer<std::uint8_t>(info, to);
    case Kind::unsigned2:
        return read_integer<std::uint16_t>(info, to);
    case Kind::unsigned4:
        return read_integer<std::uint32_t>(info, to);
    case Kind::unsigned8:
        return read_integer<std::uint64_t>(info, to);
    case Kind::integer1:
        return read_integer<std::int8_t>(info, to);
    case Kind::integer2:
        return read_integer<std::int16_t>(info, to);
    case Kind::integer4:
        return read_integer<std::int32_t>(info, to);
    case Kind::integer8:
        return read_integer<std::int64_t>(info, to);
    case Kind::float4:
        return read_float<float>(info, to);
    case Kind::float8:
        return read_float<double>(info, to);
    case Kind::address:
        return read_address(info, *static_cast<type::Address*>(to));
    case Kind::target: {
        std::vector<std::int64_t> numbers;
        if (!take_null() && !read_numbers(info, numbers)) return false;
        static_cast<type::Target*>(to)->address = type::Address(std::span<const std::int64_t>(numbers));
        return true;
    }
    case Kind::type:
        if (take_null()) return static_cast<type::TypeName*>(to)->name.clear(), true;
        break;
    case Kind::word: {
        const auto* start = (scan_.peek(), scan_.at());
        if (!scan_.skip_value(depth_, how_.not_finite)) return expected("a value");
        if (!spend(static_cast<std::size_t>(scan_.at() - start))) return false;
        static_cast<type::Word*>(to)->json.assign(start, scan_.at());
        return true;
    }
    default:
        break;
    }

    const auto* start = (scan_.peek(), scan_.at());
    if (!read_text(info, text)) return false;
    bool fits = true;
    switch (info.kind) {
    case Kind::unicode:
        static_cast<std::string*>(to)->assign(text);
        break;
    case Kind::type:
        static_cast<type::TypeName*>(to)->name.assign(text);
        break;
    case Kind::string:
        fits = to_bytes(text, static_cast<type::ByteString*>(to)->bytes);
        break;
    case Kind::character: {
        const auto point = text.empty() ? CodePoint{} : first_code_point(text);
        fits = point.size == text.size() && point.size != 0 && point.value <= 0xff;
        if (fits) *static_cast<char*>(to) = static_cast<char>(point.value);
        break;
    }
    case Kind::rune: {
        const auto point = text.empty() ? CodePoint{} : first_code_point(text);
        fits = point.size == text.size() && point.size != 0;
        if (fits) *static_cast<char32_t*>(to) = point.value;
        break;
    }
    case Kind::block:
        fits = assign(to, parse_base64(text));
        break;
    case Kind::clock:
        fits = assign(to, parse_clock(text));
        break;
    case Kind::span:
        fits = assign(to, parse_span_text(text));
        break;
    case Kind::world:
        fits = assign(to, parse_world(text));
        break;
    case Kind::delta:
        fits = assign(to, parse_delta(text));
        break;
    case Kind::uuid:
        fits = assign(to, type::parse_uuid(text));
        break;
    default:
        fits = false;
    }
    if (fits) return true;
    scan_.go(start);
    return expected(info);
}

} // namespace layer_cake::codec
