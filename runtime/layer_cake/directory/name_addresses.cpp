#include <algorithm>
#include <layer_cake/directory/name_addresses.hpp>

namespace layer_cake::directory {

std::string exact_search(std::string_view name) {
    std::string search;
    for (const char c : name) {
        if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) search += '\\';
        search += c;
    }
    return search;
}

void NameAddresses::searched(const std::string& name, const type::Uuid& subscribed_id) {
    forget(name);
    ids_[name] = subscribed_id;
    searches_[subscribed_id] = {name};
}

void NameAddresses::forget(const std::string& name) {
    const auto found = ids_.find(name);
    if (found == ids_.end()) return;
    searches_.erase(found->second);
    ids_.erase(found);
}

std::optional<std::string> NameAddresses::told(const RouteOverLoop& route) {
    const auto search = searches_.find(route.subscribed_id);
    if (search == searches_.end() || route.name != search->second.name) return std::nullopt;
    auto& routes = search->second.routes;
    std::erase_if(routes, [&](const auto& one) { return one.route_id == route.route_id || one.scope == route.scope; });
    const auto place =
        std::find_if(routes.begin(), routes.end(), [&](const auto& one) { return is_nearer(route.scope, one.scope); });
    routes.insert(place, route);
    if (routes.size() > most_routes) routes.pop_back();
    return route.name;
}

std::optional<std::string> NameAddresses::told(const ClearSubscriberRoute& cleared) {
    const auto search = searches_.find(cleared.subscribed_id);
    if (search == searches_.end()) return std::nullopt;
    std::erase_if(search->second.routes, [&](const auto& one) { return one.route_id == cleared.route_id; });
    return search->second.name;
}

std::optional<type::HostPort> NameAddresses::find(const std::string& name, Scope widest) const {
    const auto id = ids_.find(name);
    if (id == ids_.end()) return std::nullopt;
    const auto& routes = searches_.at(id->second).routes;
    if (routes.empty() || number(routes.front().scope) < number(widest)) return std::nullopt;
    return routes.front().ipp;
}

} // namespace layer_cake::directory
