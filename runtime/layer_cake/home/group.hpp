#pragma once

#include <layer_cake/home/directory_rules.hpp>
#include <layer_cake/home/endpoint_rules.hpp>
#include <layer_cake/home/role.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::home {

/// A group, ready to be run.
struct Group {
    std::string name;
    std::string main_role;                     ///< instance name, or empty
    std::vector<Role> roles;                   ///< in the order of the file, replicas in order
    std::optional<DirectoryRules> directory{}; ///< none: as by default, from the first use on
    std::optional<HttpRules> http{};
    std::optional<BridgeRules> nats{};
    std::vector<PoolRules> pools{}; ///< in the order of the file

    const Role* find(std::string_view name) const;
    const PoolRules* find_pool(std::string_view name) const;
};

} // namespace layer_cake::home
