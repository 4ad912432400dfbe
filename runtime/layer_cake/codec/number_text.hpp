#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The forms a number's text may take: JSON's, and those of the YAML 1.2 core schema,
/// which has more (`+1`, `012` for 12, `0o14`, `0x1F`, `.5`, `1.`, `.inf`, `.nan`).
namespace layer_cake::codec {

bool is_json_number(std::string_view text);
bool is_yaml_number(std::string_view text); ///< JSON's are among them

/// The value of a whole number of either form, when it fits.
std::optional<std::int64_t> integer_of(std::string_view text);

/// The value of any number of either form; too large is infinite, too small is 0.
std::optional<double> real_of(std::string_view text);

/// The same number in JSON's form; `null` for `.inf` and `.nan`, which JSON lacks.
/// Integers keep all their digits.
std::string json_number(std::string_view text);

} // namespace layer_cake::codec
