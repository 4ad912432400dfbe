#pragma once

#include <layer_cake/type/messages.hpp>

/// What connections say to each other, with the predecessor's names. No object gets any of it.
namespace layer_cake::net {

/// The connecting side's key: asks for encryption.
struct Diffie {
    type::Block public_key;
};
LAYER_CAKE_DESCRIBE_AS(Diffie, "layer_cake.listen_connect.Diffie", public_key)

/// The other side's key: from now on all is encrypted.
struct Hellman {
    type::Block public_key;
};
LAYER_CAKE_DESCRIBE_AS(Hellman, "layer_cake.listen_connect.Hellman", public_key)

/// Be silent for so long, then send StillThere; I do the same then.
struct KeepAlive {
    double seconds = 0;
};
LAYER_CAKE_DESCRIBE_AS(KeepAlive, "layer_cake.listen_connect.KeepAlive", seconds)

struct StillThere {
    double seconds = 0;
};
LAYER_CAKE_DESCRIBE_AS(StillThere, "layer_cake.listen_connect.StillThere", seconds)

} // namespace layer_cake::net

// clang-format off
#define LAYER_CAKE_WIRE_MESSAGES(X)                                                                                    \
    X(layer_cake::net::Diffie) X(layer_cake::net::Hellman) X(layer_cake::net::KeepAlive)                               \
    X(layer_cake::net::StillThere)
LAYER_CAKE_WIRE_MESSAGES(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on
