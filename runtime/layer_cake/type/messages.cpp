#include <layer_cake/type/messages.hpp>

#define INSTANCE(T) template struct layer_cake::type::Instance<T>;
#define ADDRESS(T) &layer_cake::type::Instance<T>::value,

LAYER_CAKE_STANDARD_TYPES(INSTANCE)

namespace layer_cake::type {

std::span<const Info* const> standard_types() {
    static constexpr const Info* table[] = {LAYER_CAKE_STANDARD_TYPES(ADDRESS)};
    return table;
}

} // namespace layer_cake::type
