#pragma once

#include <cstdint>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/history.hpp>
#include <layer_cake/pool/pool_status.hpp>
#include <layer_cake/supervise/usage.hpp>
#include <optional>
#include <string>
#include <vector>

/// The group as one value: made by the supervisor, sent as JSON, printed by the command line.
namespace layer_cake::supervise {

/// What a role is doing. `ready` and `health` are told apart from it.
///
///     waiting    for what it depends on          stopping   asked to end, or its tree is being ended
///     starting   process up, not yet booted      stopped    ended because it was asked to
///     running    process up, `ready` succeeded   completed  ended by itself with success, not to be restarted
///     backoff    ended, will be started again    failed     ended badly or never started, given up
enum class State { waiting, starting, running, backoff, stopping, stopped, completed, failed };
std::string_view state_name(State state);

struct RoleStatus {
    std::string name, role;
    int index = -1;
    State state = State::waiting;
    bool ready = false;
    std::string health = "unknown"; ///< unknown, healthy, unhealthy
    int pid = 0;
    std::optional<WallTime> started_at, stopped_at;
    int restarts = 0, restarts_in_window = 0;
    std::optional<int> restarts_max;
    std::optional<WallTime> next_start_at;
    std::optional<home::Ended> last_end;
    std::vector<std::string> waiting_for; ///< `db to be ready`
    std::string reason;                   ///< one phrase a person understands: `exit 1; restart 5 in 3.8s`
    std::string status_text;              ///< STATUS= of sd_notify
    std::uint64_t log_dropped_lines = 0;
    bool log_paused = false;    ///< the disk is full
    std::optional<Usage> usage; ///< only where it was asked for, of a role with a process
};

struct GroupStatus {
    std::string home, name;
    int pid = 0;
    std::string state = "running"; ///< starting, running, stopping
    bool guarded = true;           ///< the guardian lives
    std::optional<WallTime> since;
    std::uint64_t changes = 0; ///< grows with all that is told: of two, that with more is newer
    std::string main_role;
    std::vector<RoleStatus> roles;       ///< in the order of the file
    std::vector<pool::PoolStatus> pools; ///< by name
};

codec::Value to_json(const Usage& usage);
codec::Value to_json(const RoleStatus& role);
codec::Value to_json(const GroupStatus& group); ///< {"schema":"layer-cake.status/1", ...}
/// Only what tells how far each role is, and of that only what is not null, false, `unknown` or empty: name, state,
/// ready, health, last_exit, waiting_for and reason; of the group all but its pools. The readers below take it, too.
codec::Value to_brief_json(const RoleStatus& role);
codec::Value to_brief_json(const GroupStatus& group);
Result<GroupStatus> group_status_from_json(const codec::Value& value);
Result<RoleStatus> role_status_from_json(const codec::Value& value);

} // namespace layer_cake::supervise
