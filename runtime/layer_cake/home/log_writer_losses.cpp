#include <algorithm>
#include <cerrno>
#include <layer_cake/home/log_scratch.hpp>
#include <layer_cake/home/log_transit.hpp>
#include <layer_cake/home/log_writer.hpp>
#include <limits>

namespace layer_cake::home {

bool LogWriter::anything_lost() {
    const std::lock_guard hold(intake_);
    return losses_[0].bytes || losses_[1].bytes;
}

/// With intake_ held. `last`: nothing that came later is lost already.
void LogWriter::lose(Stream stream, std::string_view bytes, bool last) {
    if (bytes.empty()) return;
    auto& loss = losses_[stream == Stream::err];
    const auto lines = static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    loss.bytes += bytes.size();
    loss.lines += lines;
    if (last) loss.mid_line = bytes.back() != '\n';
    dropped_bytes_.fetch_add(bytes.size(), std::memory_order_relaxed);
    dropped_lines_.fetch_add(lines, std::memory_order_relaxed);
}

std::size_t LogWriter::drop(int pipe, Stream stream, std::size_t limit) {
    const std::lock_guard hold(intake_);
    lose(carried_stream_, carried_, true);
    const std::size_t carried = std::exchange(carried_, {}).size();
    return carried + drop_from(pipe, stream, limit, true);
}

std::size_t LogWriter::relieve(int pipe, Stream stream) {
    const std::lock_guard hold(intake_);
    const auto dropped = drop_from(pipe, stream, waiting_in(pipe), false);
    if (dropped) ++relieved_;
    return dropped;
}

std::size_t LogWriter::drop_from(int pipe, Stream stream, std::size_t limit, bool show) {
    std::size_t dropped = 0;
    while (dropped < limit && waiting_in(pipe)) {
        const auto size = ::read(pipe, scratch(), std::min(limit - dropped, scratch_size));
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) break;
        const std::string_view bytes(scratch(), static_cast<std::size_t>(size));
        lose(stream, bytes, true);
        if (show && seen) seen(stream, bytes);
        dropped += bytes.size();
    }
    return dropped;
}

/// Writes a gap for what is lost until now.
Result<void> LogWriter::write_losses() {
    std::array<Loss, 2> known;
    {
        const std::lock_guard hold(intake_);
        known = losses_;
    }
    return write_gaps(known);
}

Result<void> LogWriter::write_gaps(std::array<Loss, 2> known) {
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    for (auto stream : {Stream::out, Stream::err}) {
        auto& left = known[stream == Stream::err];
        while (left.bytes > 0) {
            Chunk chunk;
            chunk.offset = data_size_;
            chunk.time_ns = clock_->wall().time_since_epoch().count();
            chunk.length = static_cast<std::uint32_t>(std::min(left.bytes, most));
            chunk.lines = static_cast<std::uint32_t>(std::min(left.lines, most));
            chunk.stream = stream;
            chunk.kind = Chunk::Kind::gap;
            chunk.seal();
            if (auto done = append_index({reinterpret_cast<const char*>(&chunk), sizeof chunk}); !done) return done;
            left.bytes -= chunk.length;
            left.lines -= chunk.lines;
            places_[stream == Stream::err] = {};
            const std::lock_guard hold(intake_);
            losses_[stream == Stream::err].bytes -= chunk.length;
            losses_[stream == Stream::err].lines -= chunk.lines;
        }
    }
    return ok();
}

/// Lines are dropped whole: what is kept after a gap begins with a line.
Result<std::size_t> LogWriter::resume_after_loss(int pipe, Stream stream, std::unique_lock<std::mutex> intake) {
    if (!waiting_in(pipe)) return 0;
    const auto time = clock_->wall();
    const auto size = ::read(pipe, scratch(), std::min<std::uint64_t>(scratch_size, room()));
    if (size <= 0) return 0;
    const std::string_view bytes(scratch(), static_cast<std::size_t>(size));
    const auto newline = bytes.find('\n');
    const auto end = newline == std::string_view::npos ? bytes.size() : newline + 1;
    lose(stream, bytes.substr(0, end), true);
    const auto relieved = relieved_;
    const auto known = losses_;
    intake.unlock();
    if (seen) seen(stream, bytes);
    if (newline == std::string_view::npos) return bytes.size();
    auto written = write_gaps(known);
    auto rest = bytes.substr(end);
    if (written && !rest.empty()) {
        const auto kept = ::pwrite(data_.get(), rest.data(), rest.size(), static_cast<off_t>(data_size_));
        if (kept > 0) {
            record(stream, time, static_cast<std::size_t>(kept));
            (void)write_pending();
            rest.remove_prefix(static_cast<std::size_t>(kept));
        }
        if (!rest.empty()) (void)refused(ENOSPC);
    }
    intake.lock();
    lose(stream, rest, relieved == relieved_);
    return bytes.size();
}

void LogWriter::show(Stream stream, std::uint64_t offset, std::size_t length) {
    while (length > 0) {
        const auto size = ::pread(data_.get(), scratch(), std::min(length, scratch_size), static_cast<off_t>(offset));
        if (size <= 0) return;
        seen(stream, {scratch(), static_cast<std::size_t>(size)});
        offset += static_cast<std::uint64_t>(size);
        length -= static_cast<std::size_t>(size);
    }
}

/// What cannot be stored stays in the pipe, but may be what somebody waits for.
void LogWriter::look_ahead(int pipe, Stream stream) {
    auto& transit = LogTransit::of_this_thread();
    if (!transit.usable() || transit.look(pipe, LogTransit::most) <= 0) return;
    auto& ahead = ahead_[stream == Stream::err];
    std::uint64_t at = 0;
    for (;;) {
        const auto size = transit.read(scratch(), scratch_size);
        if (size <= 0) return;
        const std::string_view bytes(scratch(), static_cast<std::size_t>(size));
        const auto known = std::min<std::uint64_t>(ahead > at ? ahead - at : 0, bytes.size());
        at += bytes.size();
        if (known == bytes.size()) continue;
        ahead = at;
        seen(stream, bytes.substr(known));
    }
}

} // namespace layer_cake::home
