#pragma once

#include <cstdint>
#include <string_view>

namespace layer_cake::home {

enum class Stream : std::uint8_t { out, err, note }; ///< note: words of layer-cake about the role

/// A record of the index, as on disk (little-endian, 32 bytes).
///
/// A record is written after the bytes it tells of, so bytes behind the last record are those of
/// a writer that was killed. A note's text follows its record in the index, padded with zeros to
/// whole records: the data file has what the program wrote and nothing else.
struct Chunk {
    enum class Kind : std::uint8_t {
        data, ///< `length` bytes at `offset` of the data file
        gap,  ///< `length` bytes with `lines` newlines were dropped at `offset`
        note, ///< `length` bytes of text follow in the index, `lines` is their checksum
    };
    /// In `flags` of a stream's first data record of a segment: its line began in the segment before.
    static constexpr std::uint16_t continued = 1;

    std::uint64_t offset = 0; ///< in the segment's data file
    std::int64_t time_ns = 0; ///< arrival, since 1970 UTC
    std::uint32_t length = 0;
    std::uint32_t lines = 0;
    Stream stream = Stream::out;
    Kind kind = Kind::data;
    std::uint16_t flags = 0;
    std::uint32_t check = 0; ///< over the above

    void seal();         ///< computes `check`
    bool intact() const; ///< `check` matches and every field has a meaning

    friend bool operator==(const Chunk&, const Chunk&) = default;
};
static_assert(sizeof(Chunk) == 32);

/// Longest text of a note; more is cut off.
constexpr std::uint32_t note_limit = 1024;

/// Index records taken by a note's text.
constexpr std::uint32_t note_slots(std::uint32_t length) {
    return (length + sizeof(Chunk) - 1) / sizeof(Chunk);
}

/// The checksum of the index: finds damage, proves nothing against a forger.
std::uint32_t log_checksum(std::string_view bytes);

} // namespace layer_cake::home
