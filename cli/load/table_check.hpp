#pragma once

#include <cstddef>
#include <layer_cake/core/result.hpp>
#include <string_view>

namespace layer_cake::cli::load {

/// The size of a texture: `x` columns in each of `y` rows.
struct TableSize {
    unsigned x = 0;
    unsigned y = 0;

    friend bool operator==(const TableSize&, const TableSize&) = default;
};

/// The size of the table in an answer: `[[0.5, ...], ...]`, bare or as the predecessor has it,
/// `{"value": ["vector<vector<float8>>", [[0.5, ...], ...], []]}`. A table without rows is 0 by 0.
/// Fails with `invalid` when the text is no such table: not JSON, rows of different length, cells that are no numbers.
Result<TableSize> table_size(std::string_view body);

} // namespace layer_cake::cli::load
