#pragma once

#include <layer_cake/core/result.hpp>
#include <string>
#include <string_view>

/// What names and searches may look like.
namespace layer_cake::directory {

constexpr std::size_t longest_name = 1'000;        ///< bytes
constexpr std::size_t pattern_memory = 128u << 10; ///< bytes that one pattern takes, at most

/// Fails with `invalid`: `a name is 1 to 1,000 bytes of text`.
Result<void> check_name(std::string_view name);

/// A search is a plain name or a regular expression for the whole of a name, of 1,000 characters at most. It is matched
/// in linear time, so that what only a backtracking engine can match is refused. Fails with `invalid`:
/// `bad pattern "(?=a)": invalid perl operator`.
Result<void> check_search(std::string_view search);

/// Whether a search is a plain name: without any of `\ ^ $ . | ? * + ( ) [ ] { }`.
bool is_plain(std::string_view search);

/// What every match of a pattern begins with; less than there is where that is not easily seen.
std::string prefix_of(std::string_view pattern);

} // namespace layer_cake::directory
