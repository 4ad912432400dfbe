#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <vector>

namespace layer_cake::type {

/// Bytes that are text in some single-byte form; on the wire each is the code point of the same number.
/// Unicode text is a std::string, in UTF-8.
struct ByteString {
    std::string bytes;
    auto operator<=>(const ByteString&) const = default;
};

/// Bytes that are no text: base64 on the wire.
using Block = std::vector<std::byte>;

/// The name of a type, known here or not: `layer_cake.virtual_point.T1`. Empty stands for null.
struct TypeName {
    std::string name;
    auto operator<=>(const TypeName&) const = default;
};

/// Any JSON value, kept as its text and passed on untouched. Who fills one in keeps it valid JSON; the codec checks.
struct Word {
    std::string json = "null";
    auto operator<=>(const Word&) const = default;
};

} // namespace layer_cake::type
