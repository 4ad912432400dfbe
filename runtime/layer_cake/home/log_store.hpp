#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/role.hpp>
#include <string>
#include <vector>

/// What a role wrote, as it wrote it, and when it arrived.
///
/// A role's `logs` folder holds segments: `NNNNNNNN.log` has the raw bytes of stdout
/// and stderr as they arrived, `NNNNNNNN.idx` one fixed-size record a chunk: offset,
/// length, arrival time, stream, kind. Who wrote what is never told by the bytes
/// themselves, so no program can forge it.
namespace layer_cake::home {

enum class Stream : std::uint8_t { out, err, note }; ///< note: words of layer-cake about the role

/// A record of the index, as on disk (little-endian, 32 bytes).
struct Chunk {
    enum class Kind : std::uint8_t { data, gap, note }; ///< gap: `length` bytes and `lines` newlines were dropped; offset of the place

    std::uint64_t offset = 0;
    std::int64_t  time_ns = 0; ///< WallTime
    std::uint32_t length = 0;  ///< bytes (data)
    std::uint32_t lines  = 0;  ///< gap only
    Stream        stream = Stream::out;
    Kind          kind   = Kind::data;
    std::uint16_t reserved = 0;
    std::uint32_t check  = 0;  ///< over the above; a record that does not match ends the index
};
static_assert(sizeof(Chunk) == 32);

/// Writes one role's log. One thread, one writer a role (the group holds the home's lock).
class LogWriter {
public:
    LogWriter(std::filesystem::path folder, LogRules rules);

    /// Moves what is in the pipe to the log without waiting (splice): at most `limit` bytes.
    /// Returns the bytes moved, 0 when the pipe is empty. Fails with `busy` when the disk is full or the
    /// folder cannot be written: under `block` nothing was taken from the pipe; call again later.
    /// Under `drop` the bytes are then read, counted and dropped, and a gap is recorded once writing works again.
    Result<std::size_t> take(int pipe, Stream stream, std::size_t limit);

    /// Writes words of layer-cake's own into the log (`layer-cake: restarted after 250ms`).
    Result<void> note(std::string_view text);

    std::uint64_t dropped_lines() const;
    std::uint64_t dropped_bytes() const;

    /// Called with each chunk's bytes as they are stored, while set (log_line readiness). Costs a read back.
    std::function<void(Stream, std::string_view bytes)> seen;
    // ... private state: log_store.cpp's author completes this
};

/// One line as it is shown.
struct LogLine {
    WallTime    time;
    Stream      stream = Stream::out;
    bool        partial = false; ///< no newline (yet, or ever: the program ended)
    std::string text;            ///< raw bytes without the newline; a line above 64 KiB comes in pieces, `partial` set on all but the last
};

/// Reads a role's log from a moment on, oldest first, and goes on where it stopped when more has come.
/// Works beside a writer: never sees half an index record, notices removed segments.
class LogReader {
public:
    explicit LogReader(std::filesystem::path folder);
    void seek(WallTime from);      ///< lines that arrived at or after
    void seek_tail(std::size_t lines); ///< the last lines
    /// Calls `line` for each; stops when it returns false or nothing more is there (call again later).
    /// @param flush  also give an unfinished last line, as partial
    Result<void> read(const std::function<bool(const LogLine&)>& line, bool flush);
    // ... private state: log_store's author completes this
};

} // namespace layer_cake::home
