#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/home/log_scratch.hpp>
#include <layer_cake/home/log_transit.hpp>
#include <layer_cake/home/log_writer.hpp>
#include <limits>
#include <sys/stat.h>

namespace layer_cake::home {
namespace {

constexpr Duration retry_after = std::chrono::milliseconds(250);

} // namespace

LogWriter::LogWriter(std::filesystem::path folder, LogRules rules, const Clock& clock)
    : folder_(std::move(folder)), rules_(rules), clock_(&clock) {}

LogWriter::~LogWriter() {
    const bool lost = anything_lost();
    if (lost && !ready()) return;
    if (lost && !write_losses()) return;
    if (data_) (void)close_segment();
}

Error LogWriter::paused_by(Error why) {
    paused_ = true;
    retry_ = clock_->now() + retry_after;
    problem_ = std::move(why.detail);
    return {Fault::busy, problem_};
}

Error LogWriter::refused(int error_number) {
    return paused_by(system_error(fmt::format("cannot write to \"{}\"", folder_.native()), error_number));
}

Result<std::size_t> LogWriter::take(int pipe, Stream stream, std::size_t limit) {
    limit = std::min(limit, most_at_once);
    const bool dropping = rules_.policy == LogRules::Policy::drop;
    if (paused_ && dropping && clock_->now() < retry_) return drop(pipe, stream, limit);
    if (carried_.empty() && pending_.empty() && !anything_lost() && !waiting_in(pipe)) {
        paused_ = false;
        return 0;
    }
    paused_ = false;
    auto taken = take_now(pipe, stream, limit);
    while (dropping && taken && *taken % LogTransit::most == 0 && *taken > 0 && *taken < limit && !paused_) {
        const auto more = take_now(pipe, stream, limit - *taken);
        if (!more || *more == 0) break;
        *taken += *more;
    }
    if (taken) {
        paused_ |= !pending_.empty();
        return taken;
    }
    if (dropping) return drop(pipe, stream, limit);
    if (seen && !copying_) look_ahead(pipe, stream);
    return taken;
}

Result<std::size_t> LogWriter::take_now(int pipe, Stream stream, std::size_t limit) {
    if (auto able = ready(); !able) return fail(std::move(able).error());
    if (!carried_.empty()) return store_carried(limit);
    std::unique_lock intake(intake_, std::defer_lock);
    for (;;) {
        if (auto told = write_losses(); !told) return fail(std::move(told).error());
        intake.lock();
        if (!losses_[0].bytes && !losses_[1].bytes) break;
        intake.unlock(); // more was dropped meanwhile: it comes first
    }
    if (losses_[stream == Stream::err].mid_line) return resume_after_loss(pipe, stream, std::move(intake));
    limit = std::min<std::uint64_t>(limit, room());
    if (copying_ || !LogTransit::of_this_thread().usable()) return move_copying(pipe, stream, limit, std::move(intake));
    if (rules_.policy == LogRules::Policy::drop) return move_or_lose(pipe, stream, limit, std::move(intake));
    intake.unlock();
    return move(pipe, stream, limit);
}

/// The pipe gives up only what is in the file.
Result<std::size_t> LogWriter::move(int pipe, Stream stream, std::size_t limit) {
    auto& transit = LogTransit::of_this_thread();
    const auto time = clock_->wall();
    std::size_t moved = 0;
    int why = 0;
    while (moved < limit && !why) {
        const auto size = transit.look(pipe, limit - moved);
        if (size <= 0) break;
        const auto stored = store_transit(moved, static_cast<std::size_t>(size), why);
        if (why) transit.clear();
        transit.skip(pipe, stored);
        moved += stored;
    }
    return stored(stream, time, moved, why);
}

/// A program under `drop` does not wait for the disk: what the disk refuses is out of the pipe already, and lost.
Result<std::size_t> LogWriter::move_or_lose(int pipe, Stream stream, std::size_t limit,
                                            std::unique_lock<std::mutex> intake) {
    auto& transit = LogTransit::of_this_thread();
    const auto time = clock_->wall();
    const auto drawn = transit.draw(pipe, limit);
    const auto relieved = relieved_;
    intake.unlock();
    if (drawn <= 0) return 0;
    int why = 0;
    auto left = static_cast<std::size_t>(drawn);
    const auto kept = store_transit(0, left, why);
    (void)stored(stream, time, kept, why);
    for (left -= kept; left > 0;) {
        const auto size = transit.read(scratch(), scratch_size);
        if (size <= 0) break;
        const std::string_view bytes(scratch(), static_cast<std::size_t>(size));
        if (seen) seen(stream, bytes);
        intake.lock();
        lose(stream, bytes, relieved == relieved_);
        intake.unlock();
        left -= bytes.size();
    }
    return static_cast<std::size_t>(drawn);
}

std::size_t LogWriter::store_transit(std::size_t behind, std::size_t size, int& why) {
    std::size_t stored = 0;
    while (stored < size) {
        const auto done = LogTransit::of_this_thread().store(data_.get(), data_size_ + behind + stored, size - stored);
        if (done <= 0) {
            why = done ? errno : ENOSPC;
            break;
        }
        stored += static_cast<std::size_t>(done);
    }
    return stored;
}

/// Tells of bytes that are in the data file.
Result<std::size_t> LogWriter::stored(Stream stream, WallTime time, std::size_t length, int why) {
    if (why == EINVAL) copying_ = true; // this file system takes no splice
    if (length == 0 && why && why != EINVAL) return fail(refused(why));
    if (length == 0) return 0;
    const auto start = data_size_;
    record(stream, time, length);
    auto& ahead = ahead_[stream == Stream::err];
    const auto known = std::min<std::uint64_t>(ahead, length);
    ahead -= known;
    if (seen) show(stream, start + known, length - known);
    (void)write_pending(); // not lost when it fails: they are first in the next call
    return length;
}

Result<std::size_t> LogWriter::move_copying(int pipe, Stream stream, std::size_t limit,
                                            std::unique_lock<std::mutex> intake) {
    carried_time_ = clock_->wall();
    const auto size = waiting_in(pipe) ? ::read(pipe, scratch(), std::min(limit, scratch_size)) : 0;
    intake.unlock();
    if (size <= 0) return 0; // (every signal is blocked here: no EINTR to try again for)
    carried_.assign(scratch(), static_cast<std::size_t>(size));
    carried_stream_ = stream;
    return store_carried(limit);
}

Result<std::size_t> LogWriter::store_carried(std::size_t limit) {
    limit = std::min<std::uint64_t>({limit, room(), carried_.size()});
    const auto size = ::pwrite(data_.get(), carried_.data(), limit, static_cast<off_t>(data_size_));
    if (size <= 0) return fail(refused(size ? errno : ENOSPC));
    carried_.erase(0, static_cast<std::size_t>(size));
    return stored(carried_stream_, carried_time_, static_cast<std::size_t>(size), 0);
}

void LogWriter::record(Stream stream, WallTime time, std::size_t length) {
    auto& place = places_[stream == Stream::err];
    bool first = !place.here;
    while (length > 0) {
        Chunk chunk;
        chunk.offset = data_size_;
        chunk.time_ns = time.time_since_epoch().count();
        chunk.length =
            static_cast<std::uint32_t>(std::min<std::size_t>(length, std::numeric_limits<std::uint32_t>::max()));
        chunk.stream = stream;
        chunk.flags = first && place.mid_line ? Chunk::continued : std::uint16_t{0};
        first = false;
        chunk.seal();
        data_size_ += chunk.length;
        length -= chunk.length;
        pending_.push_back(chunk);
    }
    place = {true, false, data_size_};
}

Result<void> LogWriter::append_index(std::string_view records) {
    std::size_t written = 0;
    while (written < records.size()) {
        const auto size = ::pwrite(index_.get(), records.data() + written, records.size() - written,
                                   static_cast<off_t>(index_size_ + written));
        if (size < 0 && errno == EINTR) continue;
        // Written again whole, at the same place, by the next try.
        if (size <= 0) return fail(refused(size ? errno : ENOSPC));
        written += static_cast<std::size_t>(size);
    }
    index_size_ += records.size();
    return ok();
}

Result<void> LogWriter::write_pending() {
    if (pending_.empty()) return ok();
    auto done = append_index({reinterpret_cast<const char*>(pending_.data()), pending_.size() * sizeof(Chunk)});
    if (done) pending_.clear();
    return done;
}

Result<void> LogWriter::note(std::string_view text) {
    if (text.empty() && !within_line()) return ok();
    if (auto able = ready(); !able) return able;
    text = text.substr(0, note_limit);
    Chunk chunk;
    chunk.offset = data_size_;
    chunk.time_ns = clock_->wall().time_since_epoch().count();
    chunk.length = static_cast<std::uint32_t>(text.size());
    chunk.lines = log_checksum(text);
    chunk.stream = Stream::note;
    chunk.kind = Chunk::Kind::note;
    chunk.seal();
    std::string records(reinterpret_cast<const char*>(&chunk), sizeof chunk);
    records.append(text);
    records.resize((1 + note_slots(chunk.length)) * sizeof(Chunk));
    if (auto done = append_index(records); !done) return done;
    places_ = {};
    return ok();
}

} // namespace layer_cake::home
