#pragma once

#include <layer_cake/type/info.hpp>

/// Work on any value by its Info alone.
namespace layer_cake::type {

/// Makes `to` equal to `from`, both whole values of that type. Pointees are shared, nested Any are copied.
void copy_value(const Info& info, void* to, const void* from);

/// Same content. Pointers are equal when they share a pointee.
bool equal_values(const Info& info, const void* a, const void* b);

/// Takes every pointer out of a value, and out of all it led to: cycles end, and what nobody else holds is destroyed
/// one by one, not one within the other. For values from outside that may hold cycles or long chains.
void untie(const Info& info, void* value);

} // namespace layer_cake::type
