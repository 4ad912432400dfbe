#pragma once

#include <cli/load/histogram.hpp>
#include <string>
#include <vector>

namespace layer_cake::cli::load {

struct ChartRules {
    std::size_t width = 40; ///< of the longest bar, in columns
    bool blocks = true;     ///< Unicode blocks, an eighth of a column fine; else #
};

/// A histogram as lines of equal form: `up to 2 ms  ██████▌ 1,234`. At most 14 of them, with round borders as fine as
/// that allows. Empty for an empty one.
std::vector<std::string> draw_chart(const Histogram& histogram, ChartRules rules);

/// Whether the environment's character set is UTF-8.
bool locale_has_blocks();

} // namespace layer_cake::cli::load
