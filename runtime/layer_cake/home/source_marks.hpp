#pragma once

#include <layer_cake/home/group_file.hpp>

/// Which file a mark is in: the upper bits of its line.
namespace layer_cake::home {

inline constexpr unsigned file_shift = 21;
inline constexpr std::uint32_t line_mask = (1u << file_shift) - 1;

/// Writes the number of a file into every mark of a document.
void number_marks(codec::Value& value, std::size_t index);

/// Gives problems without a file theirs, and puts all in the order of the files.
void place_all(std::vector<Problem>& problems, const Source& source);

} // namespace layer_cake::home
