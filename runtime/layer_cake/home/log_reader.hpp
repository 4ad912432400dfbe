#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/log_index.hpp>
#include <layer_cake/home/log_lines.hpp>
#include <layer_cake/home/log_segments.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::home {

/// Reads a role's log from a moment on, oldest first, and goes on where it stopped when more has come.
///
/// Works beside a writer: never sees half an index record, goes on over rotations, and says in a
/// note when segments were removed before it came to them. When the folder has been removed and made
/// again it goes on with the oldest line of the new one. Bytes whose index is damaged are given
/// with the time of their neighbours. Lines of one stream are in order; those of the two streams
/// are in the order in which they were finished. Reads regular files only, never follows links.
class LogReader {
public:
    /// Starts at the oldest line there is. A missing folder is an empty log (it may appear later).
    explicit LogReader(std::filesystem::path folder);
    LogReader(LogReader&&) noexcept = default;
    LogReader& operator=(LogReader&&) noexcept = default;

    void seek(WallTime from); ///< to the first line that began to arrive at or after `from`
    void seek_end();          ///< only what comes from now on; an unfinished line is left out
    /// To the last lines; with `before`, to the last of those that arrived before that moment
    /// (what follows then is what came at that moment or later). Holds those lines in memory.
    void seek_tail(std::size_t lines, std::optional<WallTime> before = {});

    /// Calls `line` for each; stops when it returns false or nothing more is there (call again later).
    /// @param flush  also give an unfinished last line, as partial; its rest will be `continued`
    /// Fails with `system` when the folder cannot be read.
    Result<void> read(const std::function<bool(const LogLine&)>& line, bool flush);

    /// One line, or nothing when nothing more is there for now.
    Result<std::optional<LogLine>> next(bool flush = false);

    const std::filesystem::path& folder() const { return folder_; }

private:
    struct Scan; ///< the whole index of a segment

    Result<bool> step(); ///< reads a block into `lines_`; false: nothing more
    Result<bool> next_segment();
    bool linked() const;
    bool removed(const std::vector<SegmentFiles>& segments) const;
    bool open(int folder, std::uint32_t number);
    void read_index(bool last);
    void deliver();
    std::string_view bytes_at(std::uint64_t offset, std::uint64_t size);
    void begin(Scan scan, std::size_t item);
    void restart();

    std::filesystem::path folder_;
    std::uint32_t number_ = 0; ///< of the open segment, 0: none yet
    Fd data_, index_;
    IndexParser parser_;
    std::deque<IndexItem> items_;           ///< not delivered yet
    std::uint64_t given_ = 0;               ///< bytes of the first item already delivered
    std::array<bool, 2> first_{true, true}; ///< the stream has had no record in this segment
    std::int64_t time_ns_ = 0;              ///< of the last item
    LineAssembler lines_;
    std::string block_; ///< a piece of the data file
    std::uint64_t block_at_ = 0;
};

} // namespace layer_cake::home
