#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/log_store.hpp>
#include <layer_cake/home/python_log.hpp>
#include <unistd.h>
#include <utility>

namespace layer_cake::home {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t time_size = 23, files_kept = 136; // 2026-11-23T00:46:28.174
constexpr std::size_t longest_line = 4'000;             // goes through a pipe whole

/// The clock that a log is written by when what is written is old.
class GivenClock final : public Clock {
public:
    Instant now() const override { return SystemClock().now(); }
    WallTime wall() const override { return time; }
    WallTime time{};
};

bool is_log_name(std::string_view name) {
    constexpr std::string_view form = "0000h00h00T00c00c00p000";
    return name.size() == form.size() && std::equal(name.begin(), name.end(), form.begin(), [](char c, char wanted) {
               return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
           });
}

std::string log_name(std::string_view time) {
    std::string name(time.substr(0, time_size));
    std::replace(name.begin(), name.end(), '-', 'h');
    std::replace(name.begin(), name.end(), ':', 'c');
    std::replace(name.begin(), name.end(), '.', 'p');
    return name;
}

std::vector<fs::path> log_files(const fs::path& logs) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator at(logs, error), end; !error && at != end; at.increment(error))
        if (is_log_name(at->path().filename().string()) && fs::is_regular_file(at->symlink_status(error)))
            files.push_back(at->path());
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

std::string python_log_line(std::string_view line, std::string_view time) {
    const auto end = line.find("] ");
    const bool is_of_program = line.starts_with('[') && end != std::string_view::npos && end <= 11;
    const auto rest = is_of_program ? line.substr(end + 2) : line;
    const bool says_time = rest.size() > time_size + 3 && rest[4] == '-' && rest[10] == 'T' && rest[time_size] == ' ' &&
                           rest[time_size + 2] == ' ';
    if (says_time) return std::string(rest);
    return fmt::format("{} ^ <00000000>output - {}", time.substr(0, time_size), line);
}

Result<Fd> begin_python_log(const fs::path& logs) {
    auto files = log_files(logs);
    std::error_code ignored;
    for (std::size_t at = 0; at + files_kept <= files.size(); ++at)
        fs::remove(files[at], ignored);
    const auto file = logs / log_name(format_time(SystemClock().wall()));
    Fd fd(::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!fd) return fail(system_error(fmt::format("cannot write \"{}\"", file.string()), errno));
    return fd;
}

void PythonLog::line(std::string_view text, std::string& out) {
    out += python_log_line(text, format_time(SystemClock().wall()));
    out += '\n';
    if (++lines_ < python_log_lines) return;
    put(std::exchange(out, {}));
    file_.reset();
    lines_ = 0;
}

void PythonLog::put(const std::string& text) {
    if (text.empty()) return;
    if (!file_)
        if (auto begun = begin_python_log(logs_)) file_ = std::move(*begun);
    if (!file_) return;
    [[maybe_unused]] const auto written = ::write(file_.get(), text.data(), text.size());
}

void PythonLog::write(std::string_view bytes) {
    std::string out;
    for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
        unfinished_ += bytes.substr(0, end);
        bytes.remove_prefix(end + 1);
        line(std::exchange(unfinished_, {}), out);
    }
    unfinished_ += bytes;
    if (unfinished_.size() > longest_line) line(std::exchange(unfinished_, {}), out);
    put(out);
}

void PythonLog::end() {
    if (!unfinished_.empty()) write("\n");
    file_.reset();
    lines_ = 0;
}

Result<void> import_python_log(const fs::path& logs) {
    const auto files = log_files(logs);
    if (files.empty()) return ok();
    LogReader existing(logs);
    if (const auto first = existing.next(true); first && *first) return ok();
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return fail(system_error("cannot make a pipe", errno));
    const Fd from(ends[0]), to(ends[1]);
    GivenClock clock;
    LogWriter writer(logs, LogRules{}, clock);
    for (const auto& file : files) {
        std::ifstream in(file);
        for (std::string line; std::getline(in, line);) {
            if (const auto time = parse_time(line.substr(0, time_size))) clock.time = *time;
            auto text = fmt::format("[00000000] {}", line.substr(0, longest_line)) + '\n';
            if (::write(to.get(), text.data(), text.size()) < 0) return fail(system_error("cannot write a log", errno));
            for (std::size_t left = text.size(); left > 0;) {
                const auto taken = writer.take(from.get(), Stream::err, left);
                if (!taken) return fail(taken.error());
                left -= std::min(left, std::max<std::size_t>(*taken, 1));
            }
        }
    }
    return ok();
}

Result<void> export_python_log(const fs::path& logs, const fs::path& to) {
    LogReader reader(logs);
    std::ofstream file;
    std::size_t lines = 0;
    for (;;) {
        const auto line = reader.next(true);
        if (!line) return fail(line.error());
        if (!*line) return ok();
        const auto time = format_time((*line)->time);
        if (lines++ % python_log_lines == 0) {
            file = std::ofstream(to / log_name(time));
            if (!file) return fail(system_error(fmt::format("cannot write \"{}\"", to.string()), errno));
        }
        file << python_log_line((*line)->text, time) << '\n';
    }
}

} // namespace layer_cake::home
