#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/home/group.hpp>
#include <map>
#include <string>
#include <vector>

/// Order and difference, decided on values alone.
namespace layer_cake::supervise {

/// Roles in an order in which each comes after all it depends on; ties keep the order of the file. The reverse is the
/// order of stopping. Names of dependencies that the group does not have count for nothing.
std::vector<std::string> start_order(const home::Group& group);
/// `names` and everything they depend on, directly or not, in the order of starting. Unknown names are left out.
std::vector<std::string> with_dependencies(const home::Group& group, const std::vector<std::string>& names);
/// `names` and everything that depends on them, in the order of starting.
std::vector<std::string> with_dependents(const home::Group& group, const std::vector<std::string>& names);

/// What has to happen for a running group to become another.
struct Changes {
    std::vector<std::string> added, removed, changed; ///< by instance name; changed ones are restarted
    std::vector<std::string>
        updated; ///< changed in what can be applied without a restart (restart rules, probes, log limits, shutdown)
    std::map<std::string, std::vector<std::string>> keys; ///< of changed and updated ones: which keys differ

    std::vector<std::string> endpoint; ///< what differs beside the roles: `http`, `pool "thumbs"`

    bool empty() const {
        return added.empty() && removed.empty() && changed.empty() && updated.empty() && endpoint.empty();
    }
};
Changes difference(const home::Group& before, const home::Group& after);
/// Those of the changes whose role is one of `names`; nothing of the endpoint.
Changes restricted(const Changes& changes, const std::vector<std::string>& names);
/// `running` after these of its differences from `wanted` have been taken over; all else stays as it runs, in the order
/// of `wanted`.
home::Group merged(const home::Group& running, const home::Group& wanted, const Changes& taken);

/// The keys of layer-cake.yaml in which two roles differ.
std::vector<std::string> changed_keys(const home::Role& before, const home::Role& after);

} // namespace layer_cake::supervise
