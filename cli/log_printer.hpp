#pragma once

#include <cli/table.hpp>
#include <iosfwd>
#include <layer_cake/home/log_lines.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::cli {

/// How lines of a log look.
///
///     times     2026-11-23T00:46:28.174 | text        `|` stdout, `!` stderr, `=` words of layer-cake
///     names     web-0  | text
///     both      2026-11-23T00:46:28.174 web-0  | text
///     neither   text
///     json      {"time":"...Z","role":"web-0","stream":"out","text":"...","partial":false}
struct LogStyle {
    bool times = true;
    bool names = false;
    bool colour = false; ///< of the names
    bool safe = false;   ///< control characters escaped: for a terminal
    bool local = false;  ///< local time
    bool json = false;
    bool raw = false; ///< the bytes alone, as they were written
};

/// Prints lines of several roles as one text.
class LogPrinter {
public:
    /// @param out    as long as the object
    /// @param names  all roles that will be printed: they set the width of the name column and their colours
    LogPrinter(std::ostream& out, const std::vector<std::string>& names, LogStyle style);

    /// A line without an end is left open: its rest may follow, or another line, which then begins on a new line.
    void print(std::string_view role, const home::LogLine& line);
    void finish(); ///< Ends a line left open.

private:
    void print_json(std::string_view role, const home::LogLine& line);
    void append_time(WallTime time);

    std::ostream& out_;
    LogStyle style_;
    std::map<std::string, std::string, std::less<>> columns_; ///< role -> name, padded and coloured
    std::string text_;                                        ///< of the line at hand: kept for its memory
    std::string time_text_;
    std::int64_t time_of_text_ = -1; ///< milliseconds
    bool open_ = false;              ///< the last line had no end
    std::string open_role_;
    home::Stream open_stream_ = home::Stream::out;
};

/// `out`, `err` or `note`.
std::string_view stream_name(home::Stream stream);

} // namespace layer_cake::cli
