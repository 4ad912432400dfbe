#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/result.hpp>
#include <string>
#include <string_view>

namespace layer_cake::codec {

/// Reads one JSON text (RFC 8259), by simdjson. Limits: 64 levels, 16 MiB.
/// A name written twice in an object is refused. Fails with `invalid`, naming the rule.
Result<Value> parse_json(std::string_view text);

enum class Layout {
    compact,  ///< one line, no spaces
    indented, ///< four spaces a level, no final newline
};

/// Writes a value as JSON. Bytes that are not UTF-8 become U+FFFD.
std::string write_json(const Value& value, Layout layout = Layout::compact);

/// Appends `text` as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view text);

} // namespace layer_cake::codec
