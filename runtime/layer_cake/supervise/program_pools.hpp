#pragma once

#include <layer_cake/home/home.hpp>
#include <layer_cake/supervise/status.hpp>

namespace layer_cake::supervise {

/// Adds the pools of the group's object programs, as `role.worker`: each running role that can be looked into is asked.
/// What a program does not tell within half a second is left out. For commands: it waits.
void add_program_pools(GroupStatus& group, const home::Paths& paths);

} // namespace layer_cake::supervise
