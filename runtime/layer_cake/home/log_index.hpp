#pragma once

#include <cstdint>
#include <layer_cake/home/log_chunk.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::home {

/// What an index tells: a chunk and the words of a note.
struct IndexItem {
    Chunk chunk;
    std::uint64_t slot = 0; ///< number of its record in the index
    std::string text;       ///< note only
};

/// Reads the bytes of an index, however damaged. Pure.
///
/// A record that does not fit is skipped as soon as a good one follows (at the end of an index
/// that is being written it may only be unfinished). Bytes of the data file that no record tells
/// of become a data chunk of stdout with the time of their neighbour. So the chunks given cover
/// the data file without gap or overlap, in order.
class IndexParser {
public:
    /// Adds the items that `records` completes. Begins where the last call ended: at slot().
    /// @param records    whole bytes of the index from slot() on
    /// @param data_size  of the data file, read after `records`
    /// @param last       nothing will be added to the segment: gives the rest of the data, too
    /// Returns the slots used up.
    std::uint64_t parse(std::string_view records, std::uint64_t data_size, bool last, std::vector<IndexItem>& items);

    std::uint64_t slot() const { return slot_; }
    std::uint64_t covered() const { return covered_; }

private:
    void cover(std::uint64_t until, std::int64_t time_ns, std::vector<IndexItem>& items);

    std::uint64_t slot_ = 0, covered_ = 0;
    std::int64_t time_ns_ = 0;
};

} // namespace layer_cake::home
