#include <algorithm>
#include <layer_cake/directory/listing_place.hpp>
#include <layer_cake/directory/node_upwards.hpp>

/// What a node tells of its listings.
namespace layer_cake::directory {
namespace {

/// Those behind that id that are wanted, in order: more than there is room for, if there are.
template <class All, class Wanted>
auto in_order(const All& all, const type::Uuid& after, const ListingRoom& room, Wanted wanted) {
    std::vector<typename All::value_type> found;
    for (auto* one : all)
        if (one->id > after && wanted(*one)) found.push_back(one);
    const auto most = std::min(found.size(), room.bytes / listing_bytes("") + 1);
    std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(most), found.end(),
                      [](const auto* a, const auto* b) { return a->id < b->id; });
    found.resize(most);
    return found;
}

/// The publications that a search has found, behind that id, in order.
std::vector<const Listing*> found_by(const Wish& wish, const type::Uuid& after) {
    std::vector<const Listing*> found;
    for (const auto& route : wish.routes)
        if (route.listing->id > after) found.push_back(route.listing);
    std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
    return found;
}

} // namespace

void Node::tell(DirectoryListing& told, ListingPlace& at, ListingRoom& room) const {
    using Kind = ListingPlace::Kind;
    if (at.kind == Kind::published) {
        for (const auto* one : in_order(listings_, at.first, room, [](const Listing& one) { return !one.waits; })) {
            if (!room.take(listing_bytes(one->name))) return;
            told.published.push_back(message_of(*one));
            at.first = one->id;
        }
        at.go_on(Kind::subscribed);
    }
    if (at.kind == Kind::subscribed) {
        for (const auto* one : in_order(wishes_, at.first, room, [](const Wish&) { return true; })) {
            if (!room.take(listing_bytes(one->search()))) return;
            told.subscribed.push_back(message_of(*one));
            at.first = one->id;
        }
        at.go_on(Kind::routed);
    }
    if (at.kind != Kind::routed) return;
    std::vector<const Wish*> searches;
    for (const auto* one : wishes_)
        if (!one->routes.empty() && one->id >= at.first) searches.push_back(one);
    std::sort(searches.begin(), searches.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
    for (const auto* one : searches) {
        if (one->id != at.first) at = {Kind::routed, 0, one->id, {}, {}};
        for (const auto* listing : found_by(*one, at.second)) {
            if (!room.take(listing_bytes(listing->name))) return;
            told.routed.push_back({listing->name, one->id, listing->id});
            at.second = listing->id;
        }
    }
    at.go_on(Kind::peer);
}

} // namespace layer_cake::directory
