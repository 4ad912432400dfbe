#include <fmt/format.h>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/python_log.hpp>
#include <layer_cake/process/log_output.hpp>
#include <unistd.h>

namespace layer_cake::process {

using object::LogLevel;
using object::Notice;

void LogOutput::line(const object::LogLine& line) const {
    auto time = format_time(std::chrono::system_clock::now());
    time.pop_back(); // the zone: always UTC
    const auto process = python_logs_.empty() ? fmt::format("[{:08}] ", ::getpid()) : "";
    const auto text = fmt::format("{}{} {}\n", process, time, object::log_text(line));
    if (folder_) return folder_->write(text);
    // A line that is cut short by a full pipe is not worth waiting for.
    [[maybe_unused]] const auto written = ::write(fd_, text.data(), text.size());
    if (!python_logs_.empty() && ++lines_ % home::python_log_lines == 0) go_to_next_file();
}

void LogOutput::go_to_next_file() const {
    if (const auto next = home::begin_python_log(python_logs_)) ::dup2(next->get(), fd_);
}

void LogOutput::lost(std::atomic<std::uint64_t>& count, const Notice& notice, std::string_view why) {
    const auto number = count.fetch_add(1) + 1;
    if ((number & (number - 1)) != 0) return;
    const auto text =
        fmt::format("{} {} ({} so far)", notice.message ? notice.message->signature() : "message", why, number);
    line({LogLevel::warning, '?', notice.object, notice.name, {}, text, {}});
}

void LogOutput::destroyed(const Notice& notice) {
    const object::Field used{"stack", notice.stack};
    line({LogLevel::object, 'X', notice.object, notice.name, {}, "Destroyed", {&used, notice.stack != 0 ? 1u : 0u}});
}

void LogOutput::notice(const Notice& notice) {
    switch (notice.what) {
    case Notice::What::created:
        if (level_ > LogLevel::object) return;
        return line({LogLevel::object,
                     '+',
                     notice.object,
                     notice.name,
                     {},
                     notice.parent ? fmt::format("Created by <{:08x}>", notice.parent.id()) : "Created",
                     {}});
    case Notice::What::ended:
        if (level_ > LogLevel::object) return;
        return destroyed(notice);
    case Notice::What::dead_letter:
        return lost(dead_letters_, notice, "for an object that has ended");
    case Notice::What::overflow:
        return lost(overflows_, notice, "for a full mailbox");
    case Notice::What::dropped:
        return lost(dropped_, notice, "dropped: no handler");
    }
}

} // namespace layer_cake::process
