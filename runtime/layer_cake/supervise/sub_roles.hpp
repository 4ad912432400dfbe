#pragma once

#include <layer_cake/supervise/status.hpp>

namespace layer_cake::supervise {

/// Puts behind each role the processes it has started for its objects, as running roles of their own: those below its
/// process whose command line gives them a role name that begins with the role's and a dot. Looks through /proc.
void add_sub_roles(GroupStatus& group);

/// The role name in a command line whose arguments end with zero bytes, of a process that was started for an object;
/// empty when it is none: pure.
std::string_view sub_role_in(std::string_view command_line);

} // namespace layer_cake::supervise
