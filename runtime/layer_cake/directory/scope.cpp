#include <layer_cake/directory/scope.hpp>

LAYER_CAKE_DIRECTORY_SCOPE(LAYER_CAKE_MADE_HERE)

namespace layer_cake::directory {

std::string_view scope_name(Scope scope) {
    if (scope == Scope::WAN) return "REALM";
    for (const auto& one : type::info_of<Scope>().enumerators())
        if (one.value == number(scope)) return one.name;
    return "?";
}

} // namespace layer_cake::directory
