#pragma once

#include <cstdint>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/history.hpp>
#include <optional>
#include <string>
#include <vector>

namespace layer_cake::home {

/// Which part of a log a person asked for, as asked. One beginning at most, one end at most.
struct LogSelectors {
    std::optional<std::int64_t> tail; ///< the last lines
    std::optional<std::string> from;  ///< ISO time, UTC unless `clock`
    std::optional<std::string> last;  ///< MONTH WEEK DAY HOUR MINUTE HALF QUARTER TEN FIVE, any case: the current one
    std::optional<std::int64_t>
        start; ///< from the start of a history record (negative: from the newest) to that of the next
    std::optional<Duration> back; ///< before now

    std::optional<std::string> to;     ///< ISO time, exclusive
    std::optional<Duration> span;      ///< behind the beginning
    std::optional<std::int64_t> count; ///< lines

    bool clock = false; ///< times are local, days and months too
};

/// The same, decided. Empty `from` and `tail`: from the oldest line.
struct LogSelection {
    std::optional<WallTime> from;     ///< lines that arrived at or after
    std::optional<WallTime> to;       ///< and before
    std::optional<std::size_t> tail;  ///< the last lines of those before `to`
    std::optional<std::size_t> count; ///< at most so many

    friend bool operator==(const LogSelection&, const LogSelection&) = default;
};

/// Decides a selection. Without a beginning: the last `terminal_rows` - 2 lines, 20 when there is no terminal (0).
/// Fails with `invalid`, naming the rule in the words of `layer-cake log`: `give one of --to, --span and --count`,
/// `--tail: 0 is less than 1`, `start 7 is out of bounds (2 in the history)`, `its end is before its beginning`.
/// @param lives  the role's history, oldest first; looked at for `start` only
Result<LogSelection> select_log(const LogSelectors& selectors, WallTime now, const std::vector<Life>& lives,
                                int terminal_rows);

} // namespace layer_cake::home
