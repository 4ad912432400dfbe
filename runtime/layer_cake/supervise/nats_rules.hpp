#pragma once

#include <layer_cake/home/nats_rules.hpp>
#include <layer_cake/realm/nats_realm.hpp>

/// What a group file says of NATS, as the realm's layer wants it.
namespace layer_cake::supervise {

/// Fails with `invalid` for what is no server, and for files that cannot be read: `nats: "http://a" is no NATS server`.
/// @param section  of the group file, for messages
Result<realm::NatsOptions> nats_options(const home::NatsRules& rules, std::string_view section);

/// The same; and reads the realm's key.
Result<realm::NatsRealm> nats_realm(const home::RealmRules& rules);

} // namespace layer_cake::supervise
