#pragma once

#include <array>
#include <cli/load/tally.hpp>
#include <map>
#include <string>
#include <vector>

namespace layer_cake::cli::load {

/// One interval of a load, over all processes.
struct Row {
    std::uint64_t offered = 0, sent = 0, successes = 0, good = 0, refusals = 0, expired = 0, failures = 0;
    Duration p50{}, p99{}; ///< of successes
};
Row row_of(const Tally& tally);

/// All that is known of a load when it is over.
struct Outcome {
    std::vector<Tally> phases;         ///< one in the closed loop
    std::map<std::uint64_t, Row> rows; ///< by interval
    std::array<std::string, kinds> words;
    Duration elapsed{};        ///< from the start to the last outcome
    double processor_time = 0; ///< seconds, of all generating processes
    int interrupted = 0;       ///< by this signal
    unsigned lost = 0;         ///< processes that ended unexpectedly

    Tally whole() const;
};

} // namespace layer_cake::cli::load
