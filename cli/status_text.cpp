#include <cli/status_text.hpp>
#include <fmt/format.h>
#include <layer_cake/core/time_text.hpp>

namespace layer_cake::cli {

using supervise::RoleStatus;
using supervise::State;

namespace {

Colour colour_of(State state) {
    switch (state) {
    case State::running:
    case State::completed:
        return Colour::green;
    case State::waiting:
    case State::starting:
    case State::backoff:
    case State::stopping:
        return Colour::yellow;
    case State::failed:
        return Colour::red;
    case State::stopped:
        return Colour::dim;
    }
    return Colour::none;
}

/// Whether being ready means anything for a role that is done.
std::string ready_text(const RoleStatus& role) {
    if (role.state == State::completed || role.state == State::stopped) return "-";
    if (!role.ready) return "no";
    return role.health == "unhealthy" ? "unhealthy" : "yes";
}

/// To a whole unit: 41M.
std::string size_text(std::uint64_t bytes) {
    const std::uint64_t unit = bytes < (10u << 20) ? 1u << 10 : 1u << 20;
    return fmt::format("{}{}", (bytes + unit / 2) / unit, unit == 1u << 10 ? 'K' : 'M');
}

std::string reason_text(const RoleStatus& role) {
    std::string text = role.reason;
    if (text.empty() && role.last_end && role.pid == 0) text = role.last_end->text();
    if (text.empty()) text = role.status_text;
    if (role.log_paused) text += text.empty() ? "log paused: disk full" : "; log paused: disk full";
    return text.empty() ? "-" : text;
}

} // namespace

Table status_table(std::span<const RoleStatus* const> roles, WallTime now) {
    Table table({"NAME", "STATE", "READY", "PID", "UPTIME", "CPU", "MEM", "RESTARTS", "REASON"});
    for (const RoleStatus* role : roles) {
        const bool up = role->pid > 0;
        table.row({Cell(role->name), Cell(std::string(supervise::state_name(role->state)), colour_of(role->state)),
                   Cell(ready_text(*role)), Cell(up ? std::to_string(role->pid) : "-"),
                   Cell(up && role->started_at ? format_elapsed(now - *role->started_at) : "-"),
                   Cell(role->usage ? format_elapsed(role->usage->cpu) : "-"),
                   Cell(role->usage ? size_text(role->usage->memory) : "-"), Cell(std::to_string(role->restarts)),
                   Cell(reason_text(*role))});
    }
    return table;
}

Table pool_table(std::span<const pool::PoolStatus> pools) {
    Table table({"POOL", "ROLE", "WORKERS", "QUEUE", "OFFERED", "ADMITTED", "BUSY", "OVERLOADED", "UNAVAILABLE",
                 "FAILED", "SERVICE"});
    for (const auto& pool : pools) {
        const auto& figures = pool.figures;
        const auto silent = figures.slow + figures.silent;
        const auto workers =
            silent == 0 ? std::to_string(figures.workers) : fmt::format("{}+{} silent", figures.workers, silent);
        const auto failed = figures.expired + figures.timed_out + figures.lost + pool.failed;
        table.row({Cell(pool.name), Cell(pool.role), Cell(workers, silent == 0 ? Colour::none : Colour::yellow),
                   Cell(fmt::format("{}/{}", figures.queued, pool.size_of_queue)),
                   Cell(std::to_string(figures.offered)), Cell(std::to_string(figures.admitted)),
                   Cell(std::to_string(figures.busy + figures.busy_late)), Cell(std::to_string(figures.overloaded)),
                   Cell(std::to_string(figures.unavailable)), Cell(std::to_string(failed)),
                   Cell(figures.service_time
                            ? fmt::format("{:.1f}ms",
                                          std::chrono::duration<double, std::milli>(*figures.service_time).count())
                            : std::string("-"))});
    }
    return table;
}

std::string status_long_line(std::string_view name, int pid, std::optional<WallTime> started, WallTime now) {
    return fmt::format("{:<24} <{}> {}", name, pid, started ? format_elapsed(now - *started) : "(never started)");
}

} // namespace layer_cake::cli
