#pragma once

#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/type/messages.hpp>

/// Between the messages' HostPort and the sockets' Endpoint.
namespace layer_cake::net {

/// A host with a `/` in it is the path of a unix socket. No host: 127.0.0.1; no port: 0. Fails with `invalid` for a
/// port that is none.
Result<Endpoint> endpoint_of(const type::HostPort& address);

/// Who is at the far end of a connected socket; `own` when the system has no better name, as with unix sockets.
type::HostPort far_side(int fd, const type::HostPort& own);

} // namespace layer_cake::net
