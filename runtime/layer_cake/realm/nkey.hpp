#pragma once

#include <layer_cake/core/result.hpp>
#include <string>
#include <string_view>

/// NATS writes Ed25519 keys as base32 with a letter for their use and a check sum.
namespace layer_cake::realm {

/// The public key (`UA...`) that belongs to the seed of a user (`SUA...`). Fails with `invalid`.
Result<std::string> nkey_of_seed(std::string_view seed);

/// The same, of the first line in a file that is a seed: one alone, or in nkeys' armour.
Result<std::string> nkey_of_file(const std::string& path);

/// A seed of a new user.
std::string make_nkey_seed();

} // namespace layer_cake::realm
