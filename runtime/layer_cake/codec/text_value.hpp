#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/type/info.hpp>
#include <optional>
#include <string_view>

namespace layer_cake::codec {

/// Fills a value from the text a person gave for it, on a command line or in a URI: plain text for text, times and
/// enumerators, JSON (or a YAML fragment in braces or brackets) for the rest, `host:port`, or the path of a unix
/// socket, for a HostPort. No text: true for a boolean, nothing for any other optional. Fails with `invalid`, without
/// the name of what it was given for.
Result<void> read_text(const type::Info& info, void* value, std::optional<std::string_view> text);

} // namespace layer_cake::codec
