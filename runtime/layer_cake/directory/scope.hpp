#pragma once

#include <layer_cake/type/describe.hpp>
#include <string_view>

namespace layer_cake::directory {

/// How far a name is visible, and which place in the tree a node has: the smaller the number, the wider.
enum class Scope {
    WAN = 1, ///< the sites of a realm
    REALM = WAN,
    LAN,     ///< the hosts of one network: `layer-cake lan`
    HOST,    ///< one host: `layer-cake host`
    GROUP,   ///< the processes of one home: its supervisor
    PROCESS, ///< one process
    LIBRARY  ///< within a process that another process keeps for itself
};
LAYER_CAKE_DESCRIBE_ENUM_AS(Scope, "layer_cake.command_line.ScopeOfDirectory", WAN, LAN, HOST, GROUP, PROCESS, LIBRARY)

/// 1 for the widest.
constexpr int number(Scope scope) {
    return static_cast<int>(scope);
}
/// A listing of scope `listing` is passed up by a node of scope `node`.
constexpr bool goes_above(Scope listing, Scope node) {
    return number(listing) < number(node);
}
/// A listing of scope `listing` has a place in a node of scope `node`.
constexpr bool belongs_in(Scope listing, Scope node) {
    return number(listing) <= number(node);
}
constexpr bool is_nearer(Scope a, Scope b) {
    return number(a) > number(b);
}
/// `HOST`; `REALM` for WAN. For people.
std::string_view scope_name(Scope scope);

} // namespace layer_cake::directory

// clang-format off
#define LAYER_CAKE_DIRECTORY_SCOPE(X)                                                                                  \
    X(layer_cake::directory::Scope)
LAYER_CAKE_DIRECTORY_SCOPE(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on
