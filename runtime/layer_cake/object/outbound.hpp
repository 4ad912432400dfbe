#pragma once

#include <layer_cake/type/any.hpp>

namespace layer_cake::object {

/// A message for an object of another process, as the proxy gets it that leads there: what was sent to an address of
/// more than one number arrives at the object of the last number as this, with its return address.
struct Outbound {
    type::Address to; ///< at the far end
    type::Any message;
};

} // namespace layer_cake::object

namespace layer_cake::type {

// Never described and so never encoded: it stays in the process.
template <>
struct Traits<object::Outbound> {
    static constexpr Shape shape() { return shape_of_object<object::Outbound>(Kind::message); }
};

} // namespace layer_cake::type
