#pragma once

#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/result.hpp>
#include <string>
#include <string_view>

namespace layer_cake {

/// Reads a time span: numbers with units, largest first, each unit once -
/// `1d2h3m4.5s`, `250ms`, `90s`, `1.5h`, `0`. Units: w d h m s ms us ns. A
/// fraction is allowed on the last part only. A number without a unit is
/// refused unless it is 0 (was it seconds or milliseconds?); a leading minus
/// is refused. Limit: 64 characters and 292 years.
/// Fails with `invalid`, naming the text and the rule.
Result<Duration> parse_span(std::string_view text);

/// The shortest text that parse_span reads back to the same value: `1m30s`, `250ms`, `0s`.
std::string format_span(Duration span);

/// For people, two units at most: `3m12s`, `7h3m`, `1d2h`, `5.2s`, `0.3s`.
std::string format_elapsed(Duration span);

/// Reads an ISO 8601 / RFC 3339 moment: `2026-11-23`, `2026-11-23T00:44`,
/// `2026-11-23T00:44:28.174`, with `Z` or `+hh:mm`, `t` or a space for `T`.
/// Without a zone the text is UTC, or local time when `local` is set.
Result<WallTime> parse_time(std::string_view text, bool local = false);

/// RFC 3339 with `digits` decimals: `2026-11-23T00:17:02.114Z`. Truncates, never rounds up.
std::string format_time(WallTime time, int digits = 3);

/// The same in local time: `2026-11-23t01:17:02.114`.
std::string format_local_time(WallTime time, int digits = 3);

/// Reads a size in bytes: `4096`, `10K`, `10M`, `1.5G`, `2T` (powers of 1024; an optional
/// `B` or `iB` may follow). Limit: 8 EiB - 1.
Result<std::uint64_t> parse_size(std::string_view text);

/// `512`, `10K`, `1.5M`: exact where it can be, else one decimal.
std::string format_size(std::uint64_t bytes);

} // namespace layer_cake
