#pragma once

#include <cli/command.hpp>
#include <layer_cake/codec/value.hpp>
#include <string_view>

namespace layer_cake::cli {

/// Whether `-o json` was given; every verb that prints facts asks.
bool wants_json(const Invocation& call);

/// Prints `{"schema": "layer-cake.list/1", ...}` indented, with a final newline.
/// A `schema` that `members` already has is kept.
void print_json(Invocation& call, std::string_view schema, codec::Value members);

/// Prints one value as one line: for streams of records.
void print_json_line(Invocation& call, const codec::Value& value);

/// The error with what was being done before it: `cannot start "web": ` + detail.
/// A detail that is several lines, or already says so, stays as it is.
Error in_doing(std::string_view what, Error error);

} // namespace layer_cake::cli
