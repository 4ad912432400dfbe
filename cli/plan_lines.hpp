#pragma once

#include <cli/table.hpp>
#include <cli/wait_for.hpp>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/supervise/plan.hpp>
#include <string>
#include <vector>

namespace layer_cake::cli {

/// What a command will do to a group.
struct Plan {
    supervise::Changes changes;
    std::vector<std::string> started; ///< as they are, because they are down
    bool empty() const { return changes.empty() && started.empty(); }
};

/// A row a role:
///
///     + web    add
///     + api    start
///     ~ cache  restart (command changed)
///     ~ queue  update (log changed)
///     - old    remove
///
/// @param running  when it does not run, nothing is restarted: `change`
Table plan_table(const Plan& plan, bool running);

codec::Value plan_to_json(const Plan& plan);

/// The answer of /reload.
supervise::Changes changes_from_json(const codec::Value& answer);

/// Asks the running group in what it differs from its stored definition, or from this one.
/// @param roles  names of roles or instances; none: all
Result<supervise::Changes> preview(const home::Home& home, const Deadline& deadline,
                                   const std::vector<std::string>& roles = {},
                                   const codec::Value* definition = nullptr);

} // namespace layer_cake::cli
