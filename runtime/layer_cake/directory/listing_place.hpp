#pragma once

#include <layer_cake/directory/listing.hpp>

namespace layer_cake::directory {

/// How far a node has got in telling what it lists. A listing is told in parts that go into a frame each, its kinds one
/// after the other and each in the order of its ids: what comes or goes meanwhile is told of or not, and nothing twice.
struct ListingPlace {
    enum class Kind { below, published, subscribed, routed, peer, all };

    Kind kind = Kind::below;
    std::int64_t child = 0;       ///< below: the last that was told of
    type::Uuid first{}, second{}; ///< published, subscribed: the last; routed: of its two; peer: of the subscription
    std::string name{};           ///< peer: of the session

    void go_on(Kind next) { *this = {next, 0, {}, {}, {}}; }
};

/// As GetRest has it, `routed 0 <id> <id> `; empty when all was told.
std::string place_text(const ListingPlace& place);
/// Begins anew for a text that is none.
ListingPlace listing_place(std::string_view text);

/// What is left of a frame.
struct ListingRoom {
    std::size_t bytes = 256u << 10; ///< as JSON, by a generous guess; many parts may be under way at a time

    bool take(std::size_t wanted) {
        if (wanted > bytes) return false;
        bytes -= wanted;
        return true;
    }
};

/// What a listing with that text takes as JSON, at most: six bytes for each of the text, at worst, and some more.
constexpr std::size_t listing_bytes(std::string_view text) {
    return 350 + 6 * text.size();
}

/// Appends a part to what has come before.
void add_part(DirectoryListing& whole, DirectoryListing part);

} // namespace layer_cake::directory
