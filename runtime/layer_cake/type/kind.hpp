#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace layer_cake::type {

/// What a portable type is made of. The scalars up to `word` have the one word
/// kind_name() gives as their signature; the others are built of more.
enum class Kind : std::uint8_t {
    boolean,   ///< bool
    byte,      ///< std::byte
    character, ///< char: one byte of text
    rune,      ///< char32_t: one code point
    integer1,  ///< std::int8_t
    integer2,
    integer4,
    integer8,
    unsigned1, ///< std::uint8_t
    unsigned2,
    unsigned4,
    unsigned8,
    float4,  ///< float
    float8,  ///< double
    string,  ///< ByteString: bytes, shown as Latin-1
    unicode, ///< std::string: UTF-8
    block,   ///< Block: bytes, shown as base64
    clock,   ///< ClockTime: a moment in local time
    span,    ///< Duration: a stretch of time
    world,   ///< WallTime: a moment in UTC
    delta,   ///< TimeDelta: the difference of two moments
    uuid,    ///< Uuid
    type,    ///< TypeName: a type's name
    address, ///< Address: of an object, near or far
    target,  ///< Target: the destination in a frame's header
    any,     ///< Any: a value with its type
    word,    ///< Word: any JSON value, untouched

    optional,    ///< std::optional<T>: T or null; same signature as T
    pointer,     ///< std::shared_ptr<T>: shared, may form cycles
    array,       ///< std::array<T, n>
    vector,      ///< std::vector<T>
    deque,       ///< std::deque<T>
    set,         ///< std::set<T>
    map,         ///< std::map<K, V>
    enumeration, ///< a described enumeration
    message,     ///< a described struct
};

/// `integer8`, `vector`, `message`.
constexpr std::string_view kind_name(Kind kind) {
    constexpr std::array<std::string_view, 36> names{
        "boolean",   "byte",      "character", "rune",   "integer1", "integer2", "integer4", "integer8",    "unsigned1",
        "unsigned2", "unsigned4", "unsigned8", "float4", "float8",   "string",   "unicode",  "block",       "clock",
        "span",      "world",     "delta",     "uuid",   "type",     "address",  "target",   "any",         "word",
        "optional",  "pointer",   "array",     "vector", "deque",    "set",      "map",      "enumeration", "message",
    };
    static_assert(names.size() == static_cast<std::size_t>(Kind::message) + 1);
    return names[static_cast<std::size_t>(kind)];
}

constexpr bool is_scalar(Kind kind) {
    return kind <= Kind::word;
}

} // namespace layer_cake::type
