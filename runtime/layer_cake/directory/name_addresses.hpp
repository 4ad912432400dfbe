#pragma once

#include <layer_cake/directory/messages.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace layer_cake::directory {

/// A search that exactly this name matches, whatever characters it is of.
std::string exact_search(std::string_view name);

/// Where names are, by what directories tell of exact searches for them. Pure. Of several routes to a name the nearest
/// counts; one that is cleared makes room for the next.
class NameAddresses {
public:
    /// A search for that name has begun.
    void searched(const std::string& name, const type::Uuid& subscribed_id);
    void forget(const std::string& name);

    /// Of which name something was told; nothing when it is about none of the searches.
    std::optional<std::string> told(const RouteOverLoop& route);
    std::optional<std::string> told(const ClearSubscriberRoute& cleared);

    /// By a directory of that scope, or a nearer one.
    std::optional<type::HostPort> find(const std::string& name, Scope widest) const;

private:
    static constexpr std::size_t most_routes = 16; ///< to one name: one for each directory on the way, as a rule

    struct Search {
        std::string name;
        std::vector<RouteOverLoop> routes{}; ///< nearest first
    };
    std::map<type::Uuid, Search> searches_;
    std::map<std::string, type::Uuid> ids_;
};

} // namespace layer_cake::directory
