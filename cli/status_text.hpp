#pragma once

#include <cli/table.hpp>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/supervise/status.hpp>
#include <span>
#include <string>

namespace layer_cake::cli {

/// NAME STATE READY PID UPTIME CPU MEM RESTARTS REASON, a row a role.
Table status_table(std::span<const supervise::RoleStatus* const> roles, WallTime now);

/// POOL ROLE WORKERS QUEUE OFFERED ADMITTED BUSY OVERLOADED UNAVAILABLE FAILED SERVICE, a row a pool.
Table pool_table(std::span<const pool::PoolStatus> pools);

/// The predecessor's long listing of what has a process: `web                      <31453> 2.6s`.
std::string status_long_line(std::string_view name, int pid, std::optional<WallTime> started, WallTime now);

} // namespace layer_cake::cli
