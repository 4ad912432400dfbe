#pragma once

#include <cstdint>
#include <layer_cake/type/kind.hpp>

/// What the two halves of the binary form agree on.
///
/// message = hash (8 bytes), value, pointer table: a length, then for each its alias (8 bytes) and its value with its
/// length. Lengths are in groups of seven bits, lowest first, the high bit set on all but the last. A pointer is its
/// alias, 0 for null; aliases are unlike those of any other message, so that a value nobody here knows can travel on
/// with the part of the table it needs.
namespace layer_cake::codec {

/// How an Any goes on.
enum class AnyForm : std::uint8_t {
    none,   ///< null
    binary, ///< signature, hash, length, value
    json,   ///< unknown to a sender who had it as JSON: signature, word, aliases, pointers
};

/// Bytes of a kind that is written as it lies in memory, or 0.
constexpr std::size_t plain_size(type::Kind kind) {
    using type::Kind;
    switch (kind) {
    case Kind::boolean:
    case Kind::byte:
    case Kind::character:
    case Kind::integer1:
    case Kind::unsigned1:
        return 1;
    case Kind::integer2:
    case Kind::unsigned2:
        return 2;
    case Kind::integer4:
    case Kind::unsigned4:
    case Kind::float4:
    case Kind::rune:
        return 4;
    case Kind::integer8:
    case Kind::unsigned8:
    case Kind::float8:
    case Kind::clock:
    case Kind::span:
    case Kind::world:
    case Kind::delta:
        return 8;
    case Kind::uuid:
        return 16;
    default:
        return 0;
    }
}

/// Whether every pattern of bytes is a value of the kind.
constexpr bool is_any_pattern(type::Kind kind) {
    return plain_size(kind) != 0 && kind != type::Kind::boolean && kind != type::Kind::rune;
}

} // namespace layer_cake::codec
