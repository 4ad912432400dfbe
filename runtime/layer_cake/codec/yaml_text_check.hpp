#pragma once

#include <layer_cake/core/result.hpp>
#include <string_view>

namespace layer_cake::codec {

/// Refuses a text that no YAML reader should be shown: too large, not UTF-8, control characters.
/// Fails with `invalid` and the place.
Result<void> check_yaml_text(std::string_view text, std::string_view name);

} // namespace layer_cake::codec
