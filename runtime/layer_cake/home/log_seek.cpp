#include <algorithm>
#include <layer_cake/home/log_reader.hpp>
#include <layer_cake/home/log_segments.hpp>
#include <limits>
#include <unistd.h>

namespace layer_cake::home {

/// A segment opened by a reader of its own, its index read to the end.
struct LogReader::Scan {
    LogReader reader;

    /// @param newest  a writer may still add to it
    static std::optional<Scan> of(const std::filesystem::path& path, int folder, std::uint32_t number, bool newest) {
        Scan scan{LogReader(path)};
        if (!scan.reader.open(folder, number)) return {};
        for (std::uint64_t slot = 1; slot != scan.reader.parser_.slot();) {
            slot = scan.reader.parser_.slot();
            scan.reader.read_index(false);
        }
        if (!newest) scan.reader.read_index(true);
        return scan;
    }
    const std::deque<IndexItem>& items() const { return reader.items_; }
};

void LogReader::restart() {
    *this = LogReader(std::move(folder_));
}

/// Goes to an item of a segment; lines that began before it are left out.
void LogReader::begin(Scan scan, std::size_t item) {
    *this = std::move(scan.reader);
    for (auto stream : {Stream::out, Stream::err}) {
        for (std::size_t at = item; at-- > 0;) {
            const auto& chunk = items_[at].chunk;
            if (chunk.kind != Chunk::Kind::note && chunk.stream != stream) continue;
            first_[stream == Stream::err] = false;
            char last = '\n';
            if (chunk.kind == Chunk::Kind::data &&
                ::pread(data_.get(), &last, 1, static_cast<off_t>(chunk.offset + chunk.length - 1)) == 1 &&
                last != '\n')
                lines_.skip_line(stream);
            break;
        }
    }
    items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(item));
}

void LogReader::seek(WallTime from) {
    restart();
    const auto ns = from.time_since_epoch().count();
    auto folder = open_log_folder(folder_);
    if (!folder) return;
    const auto segments = list_segments(folder->get());
    for (std::size_t at = segments.size(); at-- > 0;) {
        LogReader peek(folder_);
        if (!segments[at].data || !peek.open(folder->get(), segments[at].number)) continue;
        const bool newest = at + 1 == segments.size();
        peek.read_index(!newest);
        if (peek.items_.empty() || peek.items_.front().chunk.time_ns >= ns) continue;
        auto scan = Scan::of(folder_, folder->get(), segments[at].number, newest);
        if (!scan) continue;
        std::size_t item = 0;
        while (item < scan->items().size() && scan->items()[item].chunk.time_ns < ns)
            ++item;
        return begin(std::move(*scan), item);
    }
}

void LogReader::seek_end() {
    restart();
    auto folder = open_log_folder(folder_);
    if (!folder) return;
    const auto segments = list_segments(folder->get());
    for (std::size_t at = segments.size(); at-- > 0;) {
        auto scan = Scan::of(folder_, folder->get(), segments[at].number, at + 1 == segments.size());
        if (!scan) continue;
        const auto items = scan->items().size();
        return begin(std::move(*scan), items);
    }
}

void LogReader::seek_tail(std::size_t lines, std::optional<WallTime> before) {
    const auto end = before ? before->time_since_epoch().count() : std::numeric_limits<std::int64_t>::max();
    auto folder = open_log_folder(folder_);
    if (lines == 0 && !before) return seek_end();
    // How far back the lines begin is not known: guesses, each larger than the one before.
    for (std::uint64_t window = std::max<std::uint64_t>(64 << 10, lines * 200);; window *= 8) {
        restart();
        if (!folder) return;
        const auto segments = list_segments(folder->get());
        std::uint64_t bytes = 0;
        // What is written meanwhile is not waited for: its writer may be faster.
        std::uint32_t last_number = std::numeric_limits<std::uint32_t>::max();
        std::uint64_t last_slot = 0;
        bool whole = true;
        for (std::size_t at = segments.size(); at-- > 0 && whole;) {
            auto scan = Scan::of(folder_, folder->get(), segments[at].number, at + 1 == segments.size());
            if (!scan) continue;
            if (last_number == std::numeric_limits<std::uint32_t>::max()) {
                last_number = segments[at].number;
                last_slot = scan->reader.parser_.slot();
            }
            auto item = scan->items().size();
            if (bytes == 0)
                while (item > 0 && scan->items()[item - 1].chunk.time_ns >= end)
                    --item;
            while (item > 0 && bytes < window)
                bytes += scan->items()[--item].chunk.length;
            if (bytes < window) continue;
            whole = item == 0 && at == 0;
            begin(std::move(*scan), item);
            break;
        }
        std::deque<LogLine> last;
        for (;;) {
            while (!lines_.ready.empty()) {
                last.push_back(std::move(lines_.ready.front()));
                lines_.ready.pop_front();
                if (last.size() > lines) last.pop_front();
            }
            if (!items_.empty() && items_.front().chunk.time_ns >= end) break;
            if (!items_.empty() &&
                (number_ > last_number || (number_ == last_number && items_.front().slot >= last_slot)))
                break;
            const auto more = step();
            if (!more || !*more) break;
        }
        const bool torn = lines_.skipped > 0 && lines_.given - lines_.skipped_at < lines;
        if (!whole && (torn || last.size() < lines)) continue;
        lines_.ready = std::move(last);
        return;
    }
}

} // namespace layer_cake::home
