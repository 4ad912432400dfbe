#include <array>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/supervise/tree.hpp>
#include <layer_cake/supervise/usage.hpp>
#include <string_view>
#include <unistd.h>

namespace layer_cake::supervise {
namespace {

/// The beginning of a small file of /proc; empty when there is none.
std::string_view read_start(const std::string& path, std::array<char, 1024>& buffer) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t got = file ? ::read(file.get(), buffer.data(), buffer.size()) : 0;
    return {buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

/// Adds one process; false when it is gone. @param threads  how many it has
bool add(pid_t pid, Usage& to, unsigned long long* threads = nullptr) {
    static const long ticks = ::sysconf(_SC_CLK_TCK), page = ::sysconf(_SC_PAGESIZE);
    std::array<char, 1024> buffer;
    std::string_view rest = read_start(fmt::format("/proc/{}/stat", pid), buffer);
    const auto name_end = rest.rfind(')'); // the name may have anything in it
    if (name_end == std::string_view::npos) return false;
    rest.remove_prefix(name_end + 1);
    // Numbered as proc(5) does: 14 utime, 15 stime, 16 cutime, 17 cstime, 20 num_threads, 24 rss
    std::array<unsigned long long, 25> field{};
    for (std::size_t number = 3; number < field.size() && !rest.empty(); ++number) {
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        std::from_chars(rest.data(), rest.data() + rest.size(), field[number]);
        rest.remove_prefix(std::min(rest.find(' '), rest.size()));
    }
    using Ticks = std::chrono::duration<double>;
    const auto used = static_cast<double>(field[14] + field[15] + field[16] + field[17]);
    to.cpu += std::chrono::duration_cast<Duration>(Ticks(used / static_cast<double>(ticks)));
    to.memory += field[24] * static_cast<unsigned long long>(page);
    ++to.processes;
    if (threads) *threads = field[20];
    return true;
}

bool has_children(pid_t pid) {
    std::array<char, 1024> buffer;
    return !read_start(fmt::format("/proc/{0}/task/{0}/children", pid), buffer).empty();
}

} // namespace

std::optional<Usage> usage_of(pid_t leader) {
    Usage usage;
    unsigned long long threads = 0;
    if (!add(leader, usage, &threads)) return std::nullopt;
    if (threads > 1 || has_children(leader)) // any thread may have children
        for (const pid_t pid : descendants(leader))
            add(pid, usage);
    return usage;
}

} // namespace layer_cake::supervise
