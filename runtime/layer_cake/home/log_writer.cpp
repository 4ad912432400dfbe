#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/home/log_writer.hpp>
#include <limits>
#include <sys/ioctl.h>
#include <sys/stat.h>

namespace layer_cake::home {
namespace {

constexpr Duration retry_after = std::chrono::milliseconds(250);
constexpr std::size_t block = 64 << 10;

/// Scratch memory of the thread, given back never: one block however many roles there are.
char* scratch() {
    static thread_local char bytes[block];
    return bytes;
}

std::size_t waiting_in(int pipe) {
    int bytes = 0;
    return ::ioctl(pipe, FIONREAD, &bytes) ? 0 : static_cast<std::size_t>(bytes);
}

} // namespace

LogWriter::LogWriter(std::filesystem::path folder, LogRules rules, const Clock& clock)
    : folder_(std::move(folder)), rules_(rules), clock_(&clock) {}

LogWriter::~LogWriter() {
    const bool lost = losses_[0].bytes || losses_[1].bytes;
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
    const bool lost = losses_[0].bytes || losses_[1].bytes;
    if (!lost && carried_.empty() && pending_.empty() && !waiting_in(pipe)) {
        paused_ = false;
        return 0;
    }
    Result<std::size_t> taken = 0;
    if (auto able = ready(); !able) {
        taken = fail(std::move(able).error());
    } else if (auto told = lost ? write_losses() : ok(); !told) {
        taken = fail(std::move(told).error());
    } else if (losses_[stream == Stream::err].mid_line) {
        taken = resume_after_loss(pipe, stream);
    } else {
        const auto time = clock_->wall();
        const auto start = data_size_;
        taken = move(pipe, std::min<std::uint64_t>(limit, room()));
        if (taken && *taken) {
            record(stream, time, *taken);
            if (seen) show(stream, start, *taken);
            (void)write_pending(); // not lost when it fails: they are first in the next call
        }
    }
    if (taken) {
        paused_ = !pending_.empty();
        return taken;
    }
    return dropping ? drop(pipe, stream, limit) : taken;
}

Result<std::size_t> LogWriter::move(int pipe, std::size_t limit) {
    if (copying_) return move_copying(pipe, limit);
    std::size_t moved = 0;
    while (moved < limit) {
        auto offset = static_cast<loff_t>(data_size_ + moved);
        const auto size =
            ::splice(pipe, nullptr, data_.get(), &offset, limit - moved, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
        if (size > 0) {
            moved += static_cast<std::size_t>(size);
            continue;
        }
        if (size == 0 || errno == EAGAIN || moved > 0) break;
        if (errno == EINTR) continue;
        if (errno == EINVAL) {
            copying_ = true;
            return move_copying(pipe, limit);
        }
        return fail(refused(errno));
    }
    return moved;
}

Result<std::size_t> LogWriter::move_copying(int pipe, std::size_t limit) {
    if (carried_.empty()) {
        const auto size = waiting_in(pipe) ? ::read(pipe, scratch(), std::min(limit, block)) : 0;
        if (size <= 0) return 0; // (every signal is blocked here: no EINTR to try again for)
        carried_.assign(scratch(), static_cast<std::size_t>(size));
    }
    const auto size =
        ::pwrite(data_.get(), carried_.data(), std::min(carried_.size(), limit), static_cast<off_t>(data_size_));
    if (size <= 0) return fail(refused(size ? errno : ENOSPC));
    carried_.erase(0, static_cast<std::size_t>(size));
    return static_cast<std::size_t>(size);
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

void LogWriter::lose(Stream stream, std::string_view bytes) {
    if (bytes.empty()) return;
    auto& loss = losses_[stream == Stream::err];
    const auto lines = static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    loss.bytes += bytes.size();
    loss.lines += lines;
    loss.mid_line = bytes.back() != '\n';
    dropped_bytes_ += bytes.size();
    dropped_lines_ += lines;
}

std::size_t LogWriter::drop(int pipe, Stream stream, std::size_t limit) {
    lose(stream, carried_); // (of either stream: known only where splice is not)
    std::size_t dropped = std::exchange(carried_, {}).size();
    while (dropped < limit && waiting_in(pipe)) {
        const auto size = ::read(pipe, scratch(), std::min(limit - dropped, block));
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) break;
        const std::string_view bytes(scratch(), static_cast<std::size_t>(size));
        lose(stream, bytes);
        if (seen) seen(stream, bytes);
        dropped += bytes.size();
    }
    return dropped;
}

Result<void> LogWriter::write_losses() {
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    for (auto stream : {Stream::out, Stream::err}) {
        auto& loss = losses_[stream == Stream::err];
        while (loss.bytes > 0) {
            Chunk chunk;
            chunk.offset = data_size_;
            chunk.time_ns = clock_->wall().time_since_epoch().count();
            chunk.length = static_cast<std::uint32_t>(std::min(loss.bytes, most));
            chunk.lines = static_cast<std::uint32_t>(std::min(loss.lines, most));
            chunk.stream = stream;
            chunk.kind = Chunk::Kind::gap;
            chunk.seal();
            if (auto done = append_index({reinterpret_cast<const char*>(&chunk), sizeof chunk}); !done) return done;
            loss.bytes -= chunk.length;
            loss.lines -= chunk.lines;
            places_[stream == Stream::err] = {};
        }
    }
    return ok();
}

/// Lines are dropped whole: what is kept after a gap begins with a line.
Result<std::size_t> LogWriter::resume_after_loss(int pipe, Stream stream) {
    if (!waiting_in(pipe)) return 0;
    const auto time = clock_->wall();
    const auto size = ::read(pipe, scratch(), std::min<std::uint64_t>(block, room()));
    if (size <= 0) return 0;
    const std::string_view bytes(scratch(), static_cast<std::size_t>(size));
    const auto newline = bytes.find('\n');
    const auto kept = newline == std::string_view::npos ? bytes.size() : newline + 1;
    if (seen) seen(stream, bytes);
    lose(stream, bytes.substr(0, kept));
    if (newline == std::string_view::npos) return bytes.size();
    auto written = write_losses();
    auto rest = bytes.substr(kept);
    if (written && !rest.empty()) {
        const auto stored = ::pwrite(data_.get(), rest.data(), rest.size(), static_cast<off_t>(data_size_));
        if (stored > 0) {
            record(stream, time, static_cast<std::size_t>(stored));
            (void)write_pending();
            rest.remove_prefix(static_cast<std::size_t>(stored));
        }
        if (!rest.empty()) (void)refused(ENOSPC);
    }
    lose(stream, rest);
    return bytes.size();
}

void LogWriter::show(Stream stream, std::uint64_t offset, std::size_t length) {
    while (length > 0) {
        const auto size = ::pread(data_.get(), scratch(), std::min(length, block), static_cast<off_t>(offset));
        if (size <= 0) return;
        seen(stream, {scratch(), static_cast<std::size_t>(size)});
        offset += static_cast<std::uint64_t>(size);
        length -= static_cast<std::size_t>(size);
    }
}

} // namespace layer_cake::home
