#include <charconv>
#include <layer_cake/supervise/notify_socket.hpp>

namespace layer_cake::supervise {
namespace {

constexpr std::size_t most_status = 256;
constexpr Duration longest_grace = std::chrono::hours(24);

template <class N>
std::optional<N> number_in(std::string_view text) {
    N number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return number;
}

std::optional<Duration> microseconds_in(std::string_view text) {
    const auto number = number_in<std::uint64_t>(text);
    if (!number) return std::nullopt;
    constexpr auto most = std::chrono::duration_cast<std::chrono::microseconds>(longest_grace);
    return std::chrono::microseconds(std::min<std::uint64_t>(*number, static_cast<std::uint64_t>(most.count())));
}

/// At most `most_status` bytes, without half a character at the end.
std::string status_in(std::string_view text) {
    auto end = std::min(text.size(), most_status);
    if (end < text.size())
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u)
            --end;
    return std::string(text.substr(0, end));
}

void read_line(std::string_view name, std::string_view value, Notice& notice) {
    const bool yes = value == "1";
    if (name == "READY")
        notice.ready = notice.ready || yes;
    else if (name == "RELOADING")
        notice.reloading = notice.reloading || yes;
    else if (name == "STOPPING")
        notice.stopping = notice.stopping || yes;
    else if (name == "BARRIER")
        notice.barrier = notice.barrier || yes;
    else if (name == "WATCHDOG") {
        notice.watchdog = notice.watchdog || yes;
        notice.watchdog_trigger = notice.watchdog_trigger || value == "trigger";
    } else if (name == "STATUS")
        notice.status = status_in(value);
    else if (name == "MAINPID") {
        if (const auto pid = number_in<pid_t>(value); pid && *pid > 1) notice.main_pid = pid;
    } else if (name == "ERRNO") {
        if (const auto number = number_in<int>(value); number && *number >= 0) notice.error_number = number;
    } else if (name == "EXTEND_TIMEOUT_USEC") {
        if (const auto time = microseconds_in(value)) notice.extend_timeout = time;
    } else if (name == "WATCHDOG_USEC") {
        if (const auto time = microseconds_in(value); time && *time > Duration::zero()) notice.watchdog_time = time;
    }
}

} // namespace

Notice parse_notice(std::string_view datagram) {
    Notice notice;
    while (!datagram.empty()) {
        const auto end = std::min(datagram.find('\n'), datagram.size());
        const std::string_view line = datagram.substr(0, end);
        const auto equals = line.find('=');
        if (equals != std::string_view::npos) read_line(line.substr(0, equals), line.substr(equals + 1), notice);
        datagram.remove_prefix(std::min(end + 1, datagram.size()));
    }
    return notice;
}

} // namespace layer_cake::supervise
