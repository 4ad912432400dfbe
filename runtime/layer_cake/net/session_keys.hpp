#pragma once

#include <array>
#include <filesystem>
#include <layer_cake/core/result.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace layer_cake::net {

/// A key of Curve25519, public or secret. People see it as 64 hexadecimal digits.
using Key = std::array<unsigned char, 32>;

std::optional<Key> parse_key(std::string_view text);
std::string key_text(const Key& key);
/// The public key that belongs to a secret one.
Key public_key(const Key& secret);
/// The secret key in a file of the owner's alone; it is made when the file is missing. Fails with `failed` for a file
/// that holds something else, or that others can read.
Result<Key> keep_key(const std::filesystem::path& file);

/// Which keys the sides of an encrypted session have to have. Without them each session has keys of its own: what is
/// said is hidden, but not who is at the far side.
struct SessionKeys {
    std::optional<Key> own; ///< secret, of the side that accepts: others know it by public_key()
    std::optional<Key> far; ///< public, for the side that connects: a far side that has another one is cut
};

} // namespace layer_cake::net
