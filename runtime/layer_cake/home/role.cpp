#include <algorithm>
#include <layer_cake/home/role.hpp>

namespace layer_cake::home {

const Role* Group::find(std::string_view name) const {
    const auto found = std::find_if(roles.begin(), roles.end(), [&](const Role& role) { return role.name == name; });
    return found == roles.end() ? nullptr : &*found;
}

} // namespace layer_cake::home
