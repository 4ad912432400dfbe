#pragma once

#include <cli/load/crew.hpp>
#include <iosfwd>

namespace layer_cake::cli::load {

/// How a load goes, in one line of a terminal that is written over and over:
///
///     3.2s of 10s  12,345/s  8 in flight  success 40,123  refused 12  p50 1.20 ms  p99 4.81 ms
///
/// Rate, p50 and p99 are those of the last second.
std::string live_text(const Plan& plan, const Standing& standing);

class LiveLine {
public:
    /// @param err  as long as the object; nothing is written unless it is a terminal
    LiveLine(std::ostream& err, bool terminal);

    bool live() const { return columns_ > 0; }
    void show(const Plan& plan, const Standing& standing);
    void finish(); ///< takes the line away

private:
    std::ostream& err_;
    std::size_t columns_ = 0;
    bool shown_ = false;
};

} // namespace layer_cake::cli::load
