#pragma once

#include <layer_cake/type/info.hpp>
#include <new>
#include <utility>

namespace layer_cake::type {

/// What every C++ type has: size, making, moving, destroying. Others add to it.
template <class T>
constexpr Shape shape_of_object(Kind kind) {
    Shape shape;
    shape.kind = kind;
    shape.size = sizeof(T);
    shape.align = alignof(T);
    shape.construct = [](void* at) { new (at) T(); };
    shape.move = [](void* at, void* from) { new (at) T(std::move(*static_cast<T*>(from))); };
    shape.destroy = [](void* at) { static_cast<T*>(at)->~T(); };
    return shape;
}

/// The same with copying and comparing, for types without parts that travel.
template <class T>
constexpr Shape shape_of_value(Kind kind) {
    auto shape = shape_of_object<T>(kind);
    shape.assign = [](void* to, const void* from) { *static_cast<T*>(to) = *static_cast<const T*>(from); };
    shape.equal = [](const void* a, const void* b) { return *static_cast<const T*>(a) == *static_cast<const T*>(b); };
    return shape;
}

} // namespace layer_cake::type
