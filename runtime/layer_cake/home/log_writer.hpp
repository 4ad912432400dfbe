#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/log_chunk.hpp>
#include <layer_cake/home/role.hpp>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::home {

/// Writes one role's log. One thread, one writer a role (the group holds the home's lock).
///
/// Never waits, neither for the pipe nor for space, but a slow disk may keep it: the pipe is free
/// meanwhile, see relieve(). A chunk's time is that at which it was taken from the pipe. Nothing that somebody puts
/// into the folder is followed, opened or waited for: new segments are made with O_EXCL, the folder itself may not be a
/// symbolic link. A folder that has been removed is made again.
class LogWriter {
public:
    /// Bytes taken by one call at most.
    static constexpr std::size_t most_at_once = 1 << 20;

    LogWriter(std::filesystem::path folder, LogRules rules, const Clock& clock);
    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;
    ~LogWriter(); ///< Closes the log as complete.

    /// Puts right what a killed writer left: bytes without a record get one, and a note
    /// `interrupted` marks the place. Otherwise done by the first take or note.
    Result<void> recover();

    /// Moves what is in the pipe to the log within the kernel (splice): at most `limit` bytes.
    /// Returns the bytes taken from the pipe, 0 when it is empty. Fails with `busy` when the disk is full or the
    /// folder cannot be written: under `block` nothing was taken from the pipe; call again later.
    /// Under `drop` the bytes are read, counted and dropped (and returned as taken), and a gap is
    /// recorded once writing works again; `paused` tells meanwhile.
    Result<std::size_t> take(int pipe, Stream stream, std::size_t limit);

    /// For any thread, while another is kept in a call by a slow disk, under `drop` only: reads what is in the pipe,
    /// counts and drops it. The gap is recorded by the next take(), in its place; `seen` is not told.
    /// Returns the bytes dropped.
    std::size_t relieve(int pipe, Stream stream);

    /// Writes words of layer-cake's own into the log (`restarted after 250ms`). They also end
    /// unfinished lines of the program, which is all an empty text does. Fails with `busy` like take; the words are
    /// then lost.
    Result<void> note(std::string_view text);

    const LogRules& rules() const { return rules_; }
    void set_rules(const LogRules& rules) { rules_ = rules; }

    /// Writing does not work at the moment.
    bool paused() const { return paused_; }
    /// What did not work, when paused.
    const std::string& problem() const { return problem_; }

    std::uint64_t dropped_lines() const { return dropped_lines_.load(std::memory_order_relaxed); } ///< from any thread
    std::uint64_t dropped_bytes() const { return dropped_bytes_.load(std::memory_order_relaxed); } ///< from any thread
    /// Bytes of all segments on disk, indexes included.
    std::uint64_t total() const { return closed_bytes_ + data_size_ + index_size_; }

    /// Called with the bytes as they are stored or dropped, while set (log_line readiness). Costs a read back.
    /// Under `block` also with the first 256 KiB of what waits for space.
    std::function<void(Stream, std::string_view bytes)> seen;

private:
    struct Segment {
        std::uint32_t number = 0;
        std::uint64_t bytes = 0; ///< data and index
    };
    struct Loss {
        std::uint64_t bytes = 0, lines = 0; ///< not recorded yet
        bool mid_line = false;              ///< the last byte dropped was no newline
    };
    /// Where a stream's last byte lies: to know at a rotation whether it is within a line.
    struct Place {
        bool here = false;     ///< in the open segment
        bool mid_line = false; ///< when not: whether a line goes on
        std::uint64_t end = 0;
    };

    Result<void> ready();
    Result<void> open_segment();
    Result<void> close_segment();
    Result<void> mend(int folder, std::uint32_t number);
    bool goes_on(const Place& place) const;
    bool within_line() const;
    void remember_lines();
    void remove_oldest(int folder);
    Result<void> make_room(std::uint64_t bytes);
    /// Bytes of data the open segment still takes, an index record for them set aside.
    std::uint64_t room() const;
    std::uint64_t segment_limit() const;

    using Intake = std::unique_lock<std::mutex>;
    Result<std::size_t> take_now(int pipe, Stream stream, std::size_t limit);
    Result<std::size_t> move(int pipe, Stream stream, std::size_t limit);
    Result<std::size_t> move_or_lose(int pipe, Stream stream, std::size_t limit, Intake intake);
    Result<std::size_t> move_copying(int pipe, Stream stream, std::size_t limit, Intake intake);
    Result<std::size_t> resume_after_loss(int pipe, Stream stream, Intake intake);
    Result<std::size_t> store_carried(std::size_t limit);
    std::size_t store_transit(std::size_t behind, std::size_t size, int& why);
    Result<std::size_t> stored(Stream stream, WallTime time, std::size_t length, int why);

    bool anything_lost();
    std::size_t drop(int pipe, Stream stream, std::size_t limit);
    std::size_t drop_from(int pipe, Stream stream, std::size_t limit, bool show);
    void lose(Stream stream, std::string_view bytes, bool last);
    Result<void> write_losses();
    Result<void> write_gaps(std::array<Loss, 2> known);

    void record(Stream stream, WallTime time, std::size_t length);
    Result<void> write_pending();
    Result<void> append_index(std::string_view records);
    void show(Stream stream, std::uint64_t offset, std::size_t length);
    void look_ahead(int pipe, Stream stream);
    Error paused_by(Error why);
    Error refused(int error_number);

    std::filesystem::path folder_;
    LogRules rules_;
    const Clock* clock_;
    Fd data_, index_;
    std::uint64_t data_size_ = 0, index_size_ = 0;
    std::vector<Segment> closed_; ///< oldest first
    std::uint64_t closed_bytes_ = 0;
    std::uint32_t number_ = 0;
    std::vector<Chunk> pending_; ///< records of bytes already in the data file
    std::mutex intake_;          ///< held while a pipe is read, never while a file is written
    std::array<Loss, 2> losses_; ///< with intake_
    std::uint64_t relieved_ = 0; ///< calls of relieve() that dropped; with intake_
    std::array<Place, 2> places_;
    std::array<std::uint64_t, 2> ahead_{}; ///< bytes at the head of the pipe that `seen` knows
    std::atomic<std::uint64_t> dropped_lines_{0}, dropped_bytes_{0};
    std::string problem_;
    std::string carried_; ///< taken from the pipe, not yet written (file systems without splice only)
    Stream carried_stream_ = Stream::out;
    WallTime carried_time_{};
    Instant retry_{};
    bool recovered_ = false, paused_ = false, copying_ = false;
};

} // namespace layer_cake::home
