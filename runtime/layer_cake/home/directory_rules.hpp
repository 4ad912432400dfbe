#pragma once

#include <layer_cake/home/nats_rules.hpp>
#include <layer_cake/home/role.hpp>
#include <optional>

namespace layer_cake::home {

/// `directory`: how the group's directory is joined to others.
struct DirectoryRules {
    NameScope scope = NameScope::realm;               ///< names of a wider scope go no further up than this
    std::optional<HostPort> connect, at_host, at_lan; ///< of the directory above; the first that is given counts
    std::optional<HostPort> listen;                   ///< besides the socket in the home
    bool encrypted = false;
    std::string lan_key; ///< that the directory at `at_lan` has to have, as 64 hexadecimal digits; empty: any
    std::optional<RealmRules> realm; ///< in place of a directory above

    const std::optional<HostPort>& above() const { return connect ? connect : at_host ? at_host : at_lan; }
    friend bool operator==(const DirectoryRules&, const DirectoryRules&) = default;
};

} // namespace layer_cake::home
