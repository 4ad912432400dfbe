#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/process/spawn.hpp>
#include <layer_cake/process/spawn_child.hpp>

/// What went wrong in a child, in words for a person.
namespace layer_cake::process {

Error clone_error(int error_number);
Error child_error(const SpawnPlan& plan, const detail::ChildTask& task);

} // namespace layer_cake::process
