#pragma once

#include <layer_cake/type/info.hpp>

/// Work on any value by its Info alone.
namespace layer_cake::type {

/// Makes `to` equal to `from`, both whole values of that type. Pointees are shared, nested Any are copied.
void copy_value(const Info& info, void* to, const void* from);

/// Same content. Pointers are equal when they share a pointee.
bool equal_values(const Info& info, const void* a, const void* b);

} // namespace layer_cake::type
