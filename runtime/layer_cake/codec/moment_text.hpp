#pragma once

#include <layer_cake/type/moments.hpp>
#include <optional>
#include <string>
#include <string_view>

/// Times as they are written on the wire: to the microsecond, decimals only as needed.
namespace layer_cake::codec {

/// `2025-01-02T03:04:05.5` in this machine's zone; moments before 1970 have no such text.
std::optional<std::string> clock_text(type::ClockTime clock);
std::optional<type::ClockTime> parse_clock(std::string_view text);

/// `1d2h3m4.5s`, `-0.25s`, `0s`.
std::string span_text(Duration span);
/// The same, and what core's parse_span reads (`250ms`), with a minus.
std::optional<Duration> parse_span_text(std::string_view text);

/// `2025-01-02T03:04:05.5`, always UTC; nothing for years before 1000 and after 9999.
std::optional<std::string> world_text(WallTime moment);
/// The same, shorter ones (`2025-01-02`), and with an offset (`+01:30`); no `Z`.
std::optional<WallTime> parse_world(std::string_view text);

/// `1:02:03:4.5`: days only when there are any, seconds unpadded when they have decimals.
std::string delta_text(type::TimeDelta delta);
std::optional<type::TimeDelta> parse_delta(std::string_view text);

} // namespace layer_cake::codec
