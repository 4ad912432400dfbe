#include <fmt/format.h>
#include <iterator>
#include <layer_cake/supervise/metrics.hpp>

namespace layer_cake::supervise {
namespace {

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

std::string metrics_text(const GroupStatus& group) {
    std::string out;
    const auto each = [&](auto one) {
        for (const auto& role : group.roles)
            one(role, role.usage.value_or(Usage{}));
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
    each([&](const RoleStatus& role, const Usage& used) {
        cpu.of(role, std::chrono::duration<double>(used.cpu).count());
    });
    Metric memory(out, "layer_cake_role_memory_bytes", "gauge", "Resident memory of the role's processes.");
    each([&](const RoleStatus& role, const Usage& used) { memory.of(role, used.memory); });
    Metric dropped(out, "layer_cake_role_log_dropped_lines_total", "counter",
                   "Lines of the role's log that were lost.");
    each([&](const RoleStatus& role, const Usage&) { dropped.of(role, role.log_dropped_lines); });
    return out;
}

} // namespace layer_cake::supervise
