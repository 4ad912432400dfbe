#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/home/log_chunk.hpp>
#include <string>
#include <string_view>

namespace layer_cake::home {

/// One line as it is shown.
struct LogLine {
    WallTime time; ///< when its first byte arrived
    Stream stream = Stream::out;
    bool partial = false;   ///< no newline (yet, or ever: the program ended)
    bool continued = false; ///< the rest of a line given before as `partial`
    std::string
        text; ///< raw bytes without the newline; a line above 64 KiB comes in pieces, `partial` set on all but the last

    friend bool operator==(const LogLine&, const LogLine&) = default;
};

/// Makes lines of the chunks of a log. Pure.
class LineAssembler {
public:
    static constexpr std::size_t piece = 64 << 10;

    /// Bytes of a program, in order.
    void data(Stream stream, WallTime time, std::string_view bytes);
    /// Words of layer-cake: a line of their own.
    void note(WallTime time, std::string_view text);
    /// Gives unfinished lines as partial and forgets that they were unfinished.
    void end_lines();
    void end_line(Stream stream);
    /// Gives unfinished lines as partial; what follows continues them.
    void flush();
    /// Leaves out the stream's bytes up to its next newline.
    void skip_line(Stream stream);
    bool within_line(Stream stream) const;
    void reset();

    std::deque<LogLine> ready;
    std::size_t given = 0;      ///< lines ever put into `ready`
    std::size_t skipped = 0;    ///< lines left out whose end has come
    std::size_t skipped_at = 0; ///< `given` when a line left out last ended

private:
    struct Open {
        WallTime time;
        std::string text;
        bool begun = false, skipping = false, continued = false;
    };
    void give(Stream stream, Open& open, bool partial);

    std::array<Open, 2> open_;
};

} // namespace layer_cake::home
