#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <layer_cake/core/thread_buffer.hpp>
#include <layer_cake/home/log_reader.hpp>
#include <layer_cake/home/log_segments.hpp>
#include <sys/stat.h>
#include <unistd.h>

namespace layer_cake::home {
namespace {

constexpr std::size_t block = 64 << 10;
constexpr std::size_t hopeless = 16 << 20; ///< bytes of an index that tell nothing

WallTime to_time(std::int64_t ns) {
    return WallTime(Duration(ns));
}

} // namespace

LogReader::LogReader(std::filesystem::path folder) : folder_(std::move(folder)) {}

bool LogReader::open(int folder, std::uint32_t number) {
    Fd data = open_log_file(folder, data_name(number));
    if (!data) return false;
    number_ = number;
    data_ = std::move(data);
    index_ = open_log_file(folder, index_name(number));
    parser_ = {};
    first_ = {true, true};
    given_ = 0;
    items_.clear();
    block_.clear();
    return true;
}

void LogReader::read_index(bool last) {
    const auto records = thread_buffer<LogReader, block>(); // one for all readers: they may be many
    std::vector<IndexItem> items;
    for (std::size_t fruitless = 0;; fruitless += block) {
        if (fruitless > hopeless) index_.reset(); // a damaged one may be of any size: the data is read without it
        ssize_t size = 0;
        if (index_)
            size = ::pread(index_.get(), records.data(), block, static_cast<off_t>(parser_.slot() * sizeof(Chunk)));
        const bool end = size < static_cast<ssize_t>(block);
        const auto used = parser_.parse({records.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))},
                                        file_size(data_.get()), last && end, items);
        if (!items.empty() || end || !used) break;
    }
    std::move(items.begin(), items.end(), std::back_inserter(items_));
}

/// The file that is read has its name still.
bool LogReader::linked() const {
    struct stat about {};
    return ::fstat(data_.get(), &about) != 0 || about.st_nlink > 0;
}

/// A writer removes the oldest first: when what is read has gone, and something older or nothing newer is there, the
/// whole log has been removed.
bool LogReader::removed(const std::vector<SegmentFiles>& segments) const {
    if (!number_ || linked()) return false;
    const auto data = std::find_if(segments.begin(), segments.end(), [](const auto& files) { return files.data; });
    return data == segments.end() || data->number <= number_;
}

Result<bool> LogReader::next_segment() {
    auto folder = open_log_folder(folder_);
    if (!folder && folder.error().fault != Fault::missing) return fail(std::move(folder).error());
    const auto more = [this] { // what the writer added before it went on to the next
        read_index(false);
        if (items_.empty()) read_index(true);
        return !items_.empty();
    };
    // Mostly it is the next one: thousands of files need not be listed for each of them.
    if (number_ && folder && linked() && open_log_file(folder->get(), data_name(number_ + 1))) {
        if (more()) return true;
        if (open(folder->get(), number_ + 1)) return true;
    }
    const auto segments = folder ? list_segments(folder->get()) : std::vector<SegmentFiles>();
    const bool gone = removed(segments);
    if (gone) {
        if (more()) return true;
        lines_.end_lines();
        number_ = 0;
        // An open file would keep the folder alive, and those who watch it from seeing its end.
        data_.reset();
        index_.reset();
    }
    for (const auto& files : segments) {
        if (files.number <= number_ || !files.data) continue;
        if (number_ && more()) return true;
        const auto before = number_;
        auto first = files.number; // a list of a folder that is being written may lack what is older than its newest
        while (first > before + 1 && open_log_file(folder->get(), data_name(first - 1)))
            --first;
        if (!open(folder->get(), first)) continue;
        if (before && number_ != before + 1) {
            lines_.end_lines();
            lines_.note(to_time(time_ns_), "older lines were removed before they were read");
        }
        return true;
    }
    return gone;
}

Result<bool> LogReader::step() {
    if (items_.empty() && number_) read_index(false);
    if (items_.empty()) {
        auto more = next_segment();
        if (!more || !*more) return more;
        if (items_.empty()) return true;
    }
    deliver();
    return true;
}

std::string_view LogReader::bytes_at(std::uint64_t offset, std::uint64_t size) {
    if (offset < block_at_ || offset >= block_at_ + block_.size()) {
        block_.resize(std::min<std::uint64_t>(block, parser_.covered() - offset));
        const auto got = ::pread(data_.get(), block_.data(), block_.size(), static_cast<off_t>(offset));
        block_.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        block_at_ = offset;
    }
    return std::string_view(block_).substr(offset - block_at_, size);
}

void LogReader::deliver() {
    auto& item = items_.front();
    const auto& chunk = item.chunk;
    const auto time = to_time(chunk.time_ns);
    time_ns_ = chunk.time_ns;
    if (chunk.kind == Chunk::Kind::note) {
        lines_.end_lines();
        if (!item.text.empty()) lines_.note(time, item.text); // else a life of the program ended here
        items_.pop_front();
        return;
    }
    auto& first = first_[chunk.stream == Stream::err];
    if (chunk.kind == Chunk::Kind::gap) {
        first = false;
        lines_.end_line(chunk.stream);
        lines_.note(time, fmt::format("{} lines ({} bytes) of {} were dropped here", chunk.lines, chunk.length,
                                      chunk.stream == Stream::err ? "stderr" : "stdout"));
        items_.pop_front();
        return;
    }
    if (first) {
        first = false;
        const bool goes_on = chunk.flags & Chunk::continued;
        if (!goes_on)
            lines_.end_line(chunk.stream);
        else if (!lines_.within_line(chunk.stream))
            lines_.skip_line(chunk.stream);
    }
    const auto bytes = bytes_at(chunk.offset + given_, chunk.length - given_);
    lines_.data(chunk.stream, time, bytes);
    given_ += bytes.size();
    if (bytes.empty() || given_ == chunk.length) { // empty: somebody cut the file off
        given_ = 0;
        items_.pop_front();
    }
}

Result<void> LogReader::read(const std::function<bool(const LogLine&)>& line, bool flush) {
    for (;;) {
        auto one = next(flush);
        if (!one) return fail(std::move(one).error());
        if (!*one || !line(**one)) return ok();
    }
}

Result<std::optional<LogLine>> LogReader::next(bool flush) {
    while (lines_.ready.empty()) {
        auto more = step();
        if (!more) return fail(std::move(more).error());
        if (*more) continue;
        if (flush) lines_.flush();
        if (lines_.ready.empty()) return std::optional<LogLine>();
    }
    std::optional<LogLine> line(std::move(lines_.ready.front()));
    lines_.ready.pop_front();
    return line;
}

} // namespace layer_cake::home
