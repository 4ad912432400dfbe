#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace layer_cake::type {

/// A universally unique id. All zero by default.
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(const Uuid&) const = default;

    static Uuid make(); ///< random (version 4), from the system's source
};

/// `00112233-4455-6677-8899-aabbccddeeff`.
std::string format_uuid(const Uuid& uuid);

/// Reads 32 hexadecimal digits of either case, with or without hyphens, in braces or after `urn:uuid:`.
std::optional<Uuid> parse_uuid(std::string_view text);

} // namespace layer_cake::type
