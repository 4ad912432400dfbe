#include <cli/copy_progress.hpp>
#include <cli/progress.hpp>
#include <fmt/format.h>
#include <layer_cake/core/time_text.hpp>
#include <ostream>

namespace layer_cake::cli {

using namespace std::chrono_literals;

std::string progress_words(const home::SyncProgress& progress, Duration elapsed) {
    const auto done = std::min(progress.bytes, progress.all_bytes); // a file that was copied twice counts once
    auto words = fmt::format("{} of {}, {} of {} files", format_size(done), format_size(progress.all_bytes),
                             progress.files, progress.all_files);
    const auto seconds = std::chrono::duration<double>(elapsed).count();
    if (done == 0 || seconds < 0.1) return words;
    const double rate = static_cast<double>(done) / seconds;
    const auto left = static_cast<double>(progress.all_bytes - done) / rate;
    words += fmt::format(", {}/s", format_size(static_cast<std::uint64_t>(rate)));
    constexpr double longest = 100 * 3600;
    if (left < longest)
        words += fmt::format(", {} left", format_elapsed(std::chrono::seconds(static_cast<std::int64_t>(left + 0.5))));
    return words;
}

std::string progress_line(const home::SyncProgress& progress, Duration elapsed, std::size_t columns) {
    constexpr std::size_t shortest = 10, longest = 30;
    auto words = progress_words(progress, elapsed);
    if (columns < words.size() + shortest + 3) return words.substr(0, columns);
    const auto length = std::min(longest, columns - words.size() - 3);
    const auto part = progress.all_bytes > 0 ? static_cast<double>(std::min(progress.bytes, progress.all_bytes)) /
                                                   static_cast<double>(progress.all_bytes)
                                             : 1;
    const auto full = static_cast<std::size_t>(part * static_cast<double>(length));
    return fmt::format("[{}{}] {}", std::string(full, '='), std::string(length - full, ' '), words);
}

CopyProgress::CopyProgress(std::ostream& err, bool live)
    : err_(err), live_(live), columns_(progress_rules(false).columns), begun_(SystemClock().now()), shown_(begun_) {}

void CopyProgress::show(const home::SyncProgress& progress) {
    if (!live_) return;
    const auto now = SystemClock().now();
    if (now - begun_ < 500ms || now - shown_ < 100ms) return;
    shown_ = now;
    written_ = true;
    err_ << "\r\x1b[K" << progress_line(progress, now - begun_, columns_) << std::flush;
}

CopyProgress::~CopyProgress() {
    if (written_) err_ << "\r\x1b[K" << std::flush;
}

} // namespace layer_cake::cli
