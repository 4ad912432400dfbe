#pragma once

#include <cli/table.hpp>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/role.hpp>
#include <layer_cake/supervise/plan.hpp>
#include <string>
#include <vector>

namespace layer_cake::cli {

/// What a new definition will do to a group, a row a role:
///
///     + web    add
///     ~ cache  restart (command changed)
///     ~ queue  update (log changed)
///     - old    remove
///
/// @param running  when it does not run, nothing is restarted: `change`
Table plan_table(const home::Group& before, const home::Group& after, const supervise::Changes& changes, bool running);

codec::Value plan_to_json(const home::Group& before, const home::Group& after, const supervise::Changes& changes);

/// The keys of layer-cake.yaml in which two roles differ.
std::vector<std::string> changed_keys(const home::Role& before, const home::Role& after);

/// The answer of /reload.
supervise::Changes changes_from_json(const codec::Value& answer);

} // namespace layer_cake::cli
