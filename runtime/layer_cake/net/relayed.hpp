#pragma once

#include <layer_cake/codec/address_book.hpp>
#include <layer_cake/type/any.hpp>
#include <string>

namespace layer_cake::net {

/// A message that only passes through this process, on its way from one connection's proxy to another's: its body is
/// not read. The addresses are this process's.
struct Relayed {
    type::Address to;   ///< the whole of it: its last number is the proxy that gets this
    type::Address from; ///< where an answer goes
    codec::AddressBook book;
    std::string body;
    bool tunnel = false;
    std::int64_t deadline = 0; ///< as in an envelope
};

} // namespace layer_cake::net

namespace layer_cake::type {

// Never described and so never encoded: it stays in the process.
template <>
struct Traits<net::Relayed> {
    static constexpr Shape shape() { return shape_of_object<net::Relayed>(Kind::message); }
};

} // namespace layer_cake::type
