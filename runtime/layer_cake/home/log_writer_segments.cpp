#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/log_index.hpp>
#include <layer_cake/home/log_segments.hpp>
#include <layer_cake/home/log_writer.hpp>
#include <sys/stat.h>

namespace layer_cake::home {
namespace {

constexpr std::uint32_t last_number = 99'999'999;
/// Room for the records that may follow any data: pending ones, gaps, a note.
constexpr std::uint64_t headroom = 4 * sizeof(Chunk) + note_limit + sizeof(Chunk);
/// An index that may be written to is that of a writer at work, or killed.
constexpr mode_t at_work = 0600, complete = 0400;

} // namespace

std::uint64_t LogWriter::segment_limit() const {
    const auto share = rules_.max_files > 1 ? rules_.max_total / 2 : rules_.max_total;
    return std::max<std::uint64_t>(std::min(rules_.max_size, share), 2 * headroom);
}

std::uint64_t LogWriter::room() const {
    const auto used = data_size_ + index_size_ + headroom;
    return used < segment_limit() ? segment_limit() - used : 0;
}

Result<void> LogWriter::ready() {
    if (!recovered_)
        if (auto done = recover(); !done) return done;
    if (data_) {
        struct stat about {};
        if (::fstat(data_.get(), &about) || about.st_nlink == 0) { // somebody removed it
            data_.reset();
            index_.reset();
            data_size_ = index_size_ = 0;
            pending_.clear();
            recovered_ = false;
            return ready();
        }
        if (auto done = write_pending(); !done) return done;
        if (room() == 0)
            if (auto done = close_segment(); !done) return done;
    }
    if (!data_)
        if (auto done = open_segment(); !done) return done;
    return make_room(std::min<std::uint64_t>(room(), most_at_once) + headroom);
}

Result<void> LogWriter::recover() {
    auto folder = open_log_folder(folder_);
    if (!folder && folder.error().fault == Fault::missing && make_folder(folder_)) folder = open_log_folder(folder_);
    if (!folder) return fail(paused_by(std::move(folder).error()));
    closed_.clear();
    closed_bytes_ = 0;
    bool begun = false; // a segment that was just being made
    for (const auto& files : list_segments(folder->get())) {
        if (files.data) number_ = std::max(number_, files.number);
        begun = !files.data;
        Fd data = open_log_file(folder->get(), data_name(files.number));
        if (!data) {
            if (!files.data) ::unlinkat(folder->get(), index_name(files.number).c_str(), 0);
            continue;
        }
        Fd index = open_log_file(folder->get(), index_name(files.number));
        const auto bytes = file_size(data.get()) + (index ? file_size(index.get()) : 0);
        closed_.push_back({files.number, bytes});
        closed_bytes_ += bytes;
    }
    recovered_ = true;
    if (begun) return note("interrupted");
    return closed_.empty() ? ok() : mend(folder->get(), closed_.back().number);
}

Result<void> LogWriter::mend(int folder, std::uint32_t number) {
    Fd data = open_log_file(folder, data_name(number));
    Fd index = open_log_file(folder, index_name(number), true);
    struct stat about {
    }, written{};
    if (!data || !index || ::fstat(index.get(), &about) || ::fstat(data.get(), &written)) return ok();
    if ((about.st_mode & 0777) != at_work) return ok();

    IndexParser parser;
    std::vector<IndexItem> items;
    std::string records(64 << 10, '\0');
    for (;;) {
        const auto size =
            ::pread(index.get(), records.data(), records.size(), static_cast<off_t>(parser.slot() * sizeof(Chunk)));
        if (size <= 0) break;
        items.clear();
        if (!parser.parse({records.data(), static_cast<std::size_t>(size)}, static_cast<std::uint64_t>(written.st_size),
                          false, items))
            break;
    }
    // Lends the dead writer's files to the code that writes records.
    const auto end = parser.slot() * sizeof(Chunk);
    if (::ftruncate(index.get(), static_cast<off_t>(end))) return ok();
    const auto left = static_cast<std::uint64_t>(written.st_size) - parser.covered();
    closed_bytes_ -= closed_.back().bytes;
    closed_.pop_back();
    data_ = std::move(data);
    index_ = std::move(index);
    data_size_ = parser.covered();
    index_size_ = end;
    const WallTime time{std::chrono::seconds(written.st_mtim.tv_sec) + Duration(written.st_mtim.tv_nsec)};
    places_[0] = {true, false, 1}; // so that the bytes are not taken for a new line
    if (left) record(Stream::out, time, left);
    places_ = {};
    // With no space left for the records the reader finds the bytes all the same.
    const auto mended = write_pending();
    pending_.clear();
    if (mended) {
        const auto number_before = std::exchange(number_, number);
        (void)note("interrupted");
        (void)close_segment();
        number_ = number_before;
        return ok();
    }
    closed_.push_back({number, data_size_ + index_size_});
    closed_bytes_ += data_size_ + index_size_;
    data_.reset();
    index_.reset();
    data_size_ = index_size_ = 0;
    return ok();
}

Result<void> LogWriter::open_segment() {
    auto folder = open_log_folder(folder_);
    if (!folder) { // removed, or replaced: looked at anew by the next try
        recovered_ = false;
        return fail(paused_by(std::move(folder).error()));
    }
    for (;;) {
        if (number_ >= last_number) return fail(refused(EOVERFLOW));
        const auto number = number_ + 1;
        const auto flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        Fd index(::openat(folder->get(), index_name(number).c_str(), flags, at_work));
        Fd data;
        if (index) {
            data = Fd(::openat(folder->get(), data_name(number).c_str(), flags, at_work));
            if (!data) {
                const int why = errno;
                ::unlinkat(folder->get(), index_name(number).c_str(), 0);
                errno = why;
            }
        }
        if (!data && errno != EEXIST) return fail(refused(errno));
        number_ = number;
        if (!data) continue; // somebody put something there: the next number is as good
        data_ = std::move(data);
        index_ = std::move(index);
        data_size_ = index_size_ = 0;
        while (!closed_.empty() && closed_.size() + 1 > static_cast<std::size_t>(std::max(rules_.max_files, 1)))
            remove_oldest(folder->get());
        return ok();
    }
}

Result<void> LogWriter::close_segment() {
    if (auto done = write_pending(); !done) return done;
    remember_lines();
    (void)::fchmod(index_.get(), complete);
    closed_.push_back({number_, data_size_ + index_size_});
    closed_bytes_ += data_size_ + index_size_;
    data_.reset();
    index_.reset();
    data_size_ = index_size_ = 0;
    return ok();
}

/// Whether what a stream wrote last goes on.
bool LogWriter::goes_on(const Place& place) const {
    if (!place.here) return place.mid_line;
    char last = '\n';
    return place.end > 0 && ::pread(data_.get(), &last, 1, static_cast<off_t>(place.end - 1)) == 1 && last != '\n';
}

bool LogWriter::within_line() const {
    return goes_on(places_[0]) || goes_on(places_[1]);
}

void LogWriter::remember_lines() {
    for (auto& place : places_)
        place = {false, goes_on(place), 0};
}

void LogWriter::remove_oldest(int folder) {
    const auto oldest = closed_.front();
    closed_.erase(closed_.begin());
    closed_bytes_ -= oldest.bytes;
    // The data first: an index alone is known to be a left-over.
    ::unlinkat(folder, data_name(oldest.number).c_str(), 0);
    ::unlinkat(folder, index_name(oldest.number).c_str(), 0);
}

Result<void> LogWriter::make_room(std::uint64_t bytes) {
    if (closed_.empty() || total() + bytes <= rules_.max_total) return ok();
    auto folder = open_log_folder(folder_);
    if (!folder) return fail(paused_by(std::move(folder).error()));
    while (!closed_.empty() && total() + bytes > rules_.max_total)
        remove_oldest(folder->get());
    return ok();
}

} // namespace layer_cake::home
