#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/result.hpp>
#include <string>
#include <string_view>

/// YAML as values. Scalars follow the YAML 1.2 core schema: `no`, `on` and `012`
/// surprise nobody (text, text and the number 12 written as `012`).
///
/// Limits, each an error with its place: 1 MiB of text, 32 levels, 100,000 nodes, 100
/// aliases of together 10,000 nodes (no billion laughs), one document. Duplicate keys,
/// keys that are not scalars and tags other than the core schema's are errors. Merge keys
/// (`<<`) are honoured.
namespace layer_cake::codec {

/// @param name  the file as it is to appear in messages: `layer-cake.yaml:4:7: ...`
/// Fails with `invalid`; an empty document is null.
Result<Value> parse_yaml(std::string_view text, std::string_view name);

/// Writes a value as YAML, block style, two spaces a level, short lists and maps of scalars in flow style;
/// what is written is read back equal.
std::string write_yaml(const Value& value);

} // namespace layer_cake::codec
