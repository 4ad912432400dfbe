#pragma once

#include <cstdint>

namespace layer_cake::object {

/// The number that stands for an object in an address: which shard, which
/// place there, and how often the place was used before, so that an old
/// address never leads to a newer object. Positive; 0 is nobody.
struct Id {
    static constexpr unsigned slot_bits = 24, generation_bits = 27, shard_bits = 11;
    static constexpr std::uint32_t slots = 1u << slot_bits, shards = 1u << shard_bits;
    static constexpr std::uint32_t generations = 1u << generation_bits;

    std::int64_t number = 0;

    /// `ask`: stands for one awaited answer and not for an object.
    static constexpr Id of(std::uint32_t shard, std::uint32_t generation, std::uint32_t slot, bool ask = false) {
        return {static_cast<std::int64_t>(static_cast<std::uint64_t>(shard) << (slot_bits + generation_bits + 1) |
                                          static_cast<std::uint64_t>(ask) << (slot_bits + generation_bits) |
                                          static_cast<std::uint64_t>(generation % generations) << slot_bits | slot)};
    }
    /// Stands for the shard itself.
    static constexpr Id control(std::uint32_t shard) { return of(shard, generations - 1, 0); }

    constexpr std::uint32_t slot() const { return static_cast<std::uint32_t>(number) & (slots - 1); }
    constexpr std::uint32_t generation() const {
        return static_cast<std::uint32_t>(number >> slot_bits) & (generations - 1);
    }
    constexpr bool is_ask() const { return (number >> (slot_bits + generation_bits) & 1) != 0; }
    constexpr std::uint32_t shard() const {
        return static_cast<std::uint32_t>(number >> (slot_bits + generation_bits + 1)) & (shards - 1);
    }
    explicit constexpr operator bool() const { return number > 0; }
    friend bool operator==(Id, Id) = default;
};

} // namespace layer_cake::object
