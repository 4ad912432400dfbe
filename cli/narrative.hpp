#pragma once

#include <cli/group_view.hpp>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/home/group.hpp>
#include <layer_cake/home/history.hpp>
#include <string>
#include <vector>

/// Why a role is, or is not, up: told in sentences, from values alone.
namespace layer_cake::cli {

/// All that can be known of a role.
struct Facts {
    const home::Group& group;
    const GroupView& view; ///< not `known` when the group does not run
    std::string role;
    std::vector<home::Life> lives;       ///< oldest first
    std::vector<std::string> last_lines; ///< of its log
    WallTime now;
};

/// What keeps a role waiting, and what that waits for itself, each below its cause.
struct Cause {
    std::string role;
    std::string needs; ///< `ready`
    std::string now;   ///< how that role stands: `starting`, `failed: exit 1`
    bool holds = false;
    std::vector<Cause> because;
};
std::vector<Cause> causes_of(const home::Group& group, const GroupView& view, const std::string& role);

/// The explanation, a sentence a line; lines below a cause are indented.
std::vector<std::string> explain(const Facts& facts);

codec::Value explain_json(const Facts& facts); ///< layer-cake.explain/1, without `schema`

} // namespace layer_cake::cli
