#include <algorithm>
#include <ctime>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/supervise/sub_roles.hpp>
#include <layer_cake/supervise/tree.hpp>
#include <unistd.h>

namespace layer_cake::supervise {
namespace {

WallTime wall_time_of(unsigned long long ticks_since_boot) {
    timespec since_boot{};
    ::clock_gettime(CLOCK_BOOTTIME, &since_boot);
    const auto now = std::chrono::seconds(since_boot.tv_sec) + std::chrono::nanoseconds(since_boot.tv_nsec);
    const auto per_second = static_cast<unsigned long long>(std::max(::sysconf(_SC_CLK_TCK), 1L));
    const std::chrono::milliseconds started(ticks_since_boot * 1000 / per_second);
    return SystemClock().wall() - std::chrono::duration_cast<WallTime::duration>(now - started);
}

} // namespace

std::string_view sub_role_in(std::string_view command_line) {
    constexpr std::string_view mark = "--role-name=";
    std::string_view name;
    bool is_child = false;
    for (bool first = true; !command_line.empty(); first = false) {
        const auto argument = command_line.substr(0, command_line.find('\0'));
        command_line.remove_prefix(std::min(argument.size() + 1, command_line.size()));
        if (first) continue;
        if (argument == "--child-process") is_child = true;
        if (argument.starts_with(mark)) name = argument.substr(mark.size());
    }
    return is_child ? name : std::string_view();
}

void add_sub_roles(GroupStatus& group) {
    std::vector<RoleStatus> all;
    for (auto& role : group.roles) {
        const auto start = role.name + ".";
        std::vector<RoleStatus> below;
        if (role.pid > 0)
            for (const pid_t pid : descendants(role.pid)) {
                const auto command_line = command_line_of(pid);
                const auto name = sub_role_in(command_line);
                const auto process = look_at(pid);
                if (!name.starts_with(start) || process.pid == 0) continue;
                RoleStatus sub;
                sub.name = name;
                sub.role = role.name;
                sub.state = State::running;
                sub.ready = true;
                sub.pid = pid;
                sub.started_at = wall_time_of(process.start_time);
                below.push_back(std::move(sub));
            }
        std::sort(below.begin(), below.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        all.push_back(std::move(role));
        std::move(below.begin(), below.end(), std::back_inserter(all));
    }
    group.roles = std::move(all);
}

} // namespace layer_cake::supervise
