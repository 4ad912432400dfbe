#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <iterator>
#include <layer_cake/supervise/metrics.hpp>
#include <sstream>
#include <unistd.h>

namespace layer_cake::supervise {
namespace {

constexpr int most_processes = 4096; ///< of a role that are looked at

std::string file_text(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// `\`, `"` and line ends have to be escaped in a label.
std::string label(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out;
}

void add(Usage& usage, int pid) {
    static const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    if (usage.processes >= most_processes) return;
    const auto folder = fmt::format("/proc/{}", pid);
    const auto stat = file_text(folder + "/stat");
    const auto name_end = stat.rfind(')'); // the name may hold anything
    if (name_end == std::string::npos) return;
    std::istringstream fields(stat.substr(name_end + 1));
    std::vector<std::string> words{std::istream_iterator<std::string>(fields), {}};
    constexpr std::size_t user_time = 11, resident = 21; // utime, stime, cutime, cstime; rss
    if (words.size() <= resident) return;
    ++usage.processes;
    for (std::size_t i = user_time; i < user_time + 4; ++i)
        usage.cpu_seconds += std::strtod(words[i].c_str(), nullptr) / ticks;
    usage.memory_bytes += std::strtoull(words[resident].c_str(), nullptr, 10) * page;
    std::istringstream children(file_text(fmt::format("{}/task/{}/children", folder, pid)));
    for (int child = 0; children >> child;)
        add(usage, child);
}

/// One metric: its two lines of words, then a line for each role.
class Metric {
public:
    Metric(std::string& out, std::string_view name, std::string_view kind, std::string_view help)
        : out_(out), name_(name) {
        fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, kind);
    }
    template <class Number>
    void of(const RoleStatus& role, Number value) {
        fmt::format_to(std::back_inserter(out_), "{}{{role=\"{}\"}} {}\n", name_, label(role.name), value);
    }
    void state(const RoleStatus& role) {
        fmt::format_to(std::back_inserter(out_), "{}{{role=\"{}\",state=\"{}\"}} 1\n", name_, label(role.name),
                       state_name(role.state));
    }

private:
    std::string& out_;
    std::string_view name_;
};

double seconds(WallTime time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

} // namespace

Usage usage_of(int pid) {
    Usage usage;
    if (pid > 0) add(usage, pid);
    return usage;
}

std::string metrics_text(const GroupStatus& group, const std::vector<Usage>& usage) {
    std::string out;
    const auto each = [&](auto one) {
        for (std::size_t i = 0; i < group.roles.size(); ++i)
            one(group.roles[i], i < usage.size() ? usage[i] : Usage{});
    };
    Metric state(out, "layer_cake_role_state", "gauge", "The state that each role is in.");
    each([&](const RoleStatus& role, const Usage&) { state.state(role); });
    Metric ready(out, "layer_cake_role_ready", "gauge", "Whether the role is ready.");
    each([&](const RoleStatus& role, const Usage&) { ready.of(role, role.ready ? 1 : 0); });
    Metric healthy(out, "layer_cake_role_unhealthy", "gauge", "Whether the liveness probe finds the role unhealthy.");
    each([&](const RoleStatus& role, const Usage&) { healthy.of(role, role.health == "unhealthy" ? 1 : 0); });
    Metric restarts(out, "layer_cake_role_restarts_total", "counter", "How often the role was started again.");
    each([&](const RoleStatus& role, const Usage&) { restarts.of(role, role.restarts); });
    Metric started(out, "layer_cake_role_start_time_seconds", "gauge", "When the role's process began, in Unix time.");
    each([&](const RoleStatus& role, const Usage&) {
        if (role.pid > 0 && role.started_at) started.of(role, seconds(*role.started_at));
    });
    Metric processes(out, "layer_cake_role_processes", "gauge", "Processes of the role, descendants included.");
    each([&](const RoleStatus& role, const Usage& used) { processes.of(role, used.processes); });
    Metric cpu(out, "layer_cake_role_cpu_seconds_total", "counter", "Processor time of the role's processes.");
    each([&](const RoleStatus& role, const Usage& used) { cpu.of(role, used.cpu_seconds); });
    Metric memory(out, "layer_cake_role_memory_bytes", "gauge", "Resident memory of the role's processes.");
    each([&](const RoleStatus& role, const Usage& used) { memory.of(role, used.memory_bytes); });
    Metric dropped(out, "layer_cake_role_log_dropped_lines_total", "counter",
                   "Lines of the role's log that were lost.");
    each([&](const RoleStatus& role, const Usage&) { dropped.of(role, role.log_dropped_lines); });
    return out;
}

} // namespace layer_cake::supervise
