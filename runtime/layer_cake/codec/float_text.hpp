#pragma once

#include <cstdint>

/// Numbers as text and back, exactly: the fewest digits that read back to the same number.
namespace layer_cake::codec {

constexpr int float_text_room = 32; ///< enough for any float, the writer may touch all of it
constexpr int integer_text_room = 24;

/// Writes `0.1`, `1.0`, `1e+16`, `1e-07`, `5e-324`, `-0.0`, `NaN`, `-Infinity`; gives the end. As Python writes them.
char* write_float8(char* to, double value);
char* write_float4(char* to, float value);
char* write_integer(char* to, std::int64_t value);
char* write_unsigned(char* to, std::uint64_t value);

/// What reading a number came to.
struct FloatText {
    const char* end = nullptr; ///< behind the number; null when there is none in JSON's form
    bool is_integer = false;   ///< it had neither point nor exponent
};

/// Reads a number in JSON's form from `at` and never beyond `end`, rounded to the nearest. Too large is infinite.
FloatText read_float8(const char* at, const char* end, double& value);
FloatText read_float4(const char* at, const char* end, float& value);

} // namespace layer_cake::codec
