#include <algorithm>
#include <layer_cake/home/group.hpp>

namespace layer_cake::home {

const Role* Group::find(std::string_view name) const {
    const auto found = std::find_if(roles.begin(), roles.end(), [&](const Role& role) { return role.name == name; });
    return found == roles.end() ? nullptr : &*found;
}

const PoolRules* Group::find_pool(std::string_view name) const {
    const auto found =
        std::find_if(pools.begin(), pools.end(), [&](const PoolRules& pool) { return pool.name == name; });
    return found == pools.end() ? nullptr : &*found;
}

} // namespace layer_cake::home
