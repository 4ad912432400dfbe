#pragma once

#include <layer_cake/realm/gateway.hpp>
#include <layer_cake/realm/nats_options.hpp>
#include <layer_cake/realm/realm_object.hpp>

namespace layer_cake::realm {

/// A member of a realm that is carried by NATS.
struct NatsRealm {
    RealmOptions member; ///< but for `carrier` and `beside`
    NatsOptions nats;    ///< but for `name` and `inbox`
    Relay relay = Relay::automatic;
    std::uint16_t port = 0;       ///< where other sites' gateways dial this one; 0: at a free one
    bool takes_in_others = false; ///< the site has hosts beside this one, whose processes come to the gateway
};

/// For NodeOptions::above. Beside the member there are its gateway of sessions, and what tells NATS's tools of it: a
/// service `layer-cake` with the realm and the site in its metadata.
std::function<type::Address(object::Object& node)> node_over_nats(NatsRealm realm);

} // namespace layer_cake::realm
