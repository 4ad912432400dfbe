#include <charconv>
#include <fmt/format.h>
#include <layer_cake/directory/listing_place.hpp>

namespace layer_cake::directory {
namespace {

constexpr std::string_view kinds[] = {"below", "published", "subscribed", "routed", "peer"};

/// Up to the next space, which is taken off, too.
std::string_view word(std::string_view& text) {
    const auto end = text.find(' ');
    const auto found = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    return found;
}

template <class T>
void append(std::vector<T>& whole, std::vector<T>& part) {
    whole.insert(whole.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
}

} // namespace

std::string place_text(const ListingPlace& place) {
    if (place.kind == ListingPlace::Kind::all) return {};
    return fmt::format("{} {} {} {} {}", kinds[static_cast<std::size_t>(place.kind)], place.child,
                       type::format_uuid(place.first), type::format_uuid(place.second), place.name);
}

ListingPlace listing_place(std::string_view text) {
    ListingPlace place;
    const auto kind = word(text), child = word(text), first = word(text), second = word(text);
    const auto known = std::find(std::begin(kinds), std::end(kinds), kind);
    const auto one = type::parse_uuid(first), two = type::parse_uuid(second);
    const auto [end, error] = std::from_chars(child.data(), child.data() + child.size(), place.child);
    if (known == std::end(kinds) || !one || !two || error != std::errc() || end != child.data() + child.size())
        return {};
    place.kind = static_cast<ListingPlace::Kind>(known - std::begin(kinds));
    place.first = *one;
    place.second = *two;
    place.name = text;
    return place;
}

void add_part(DirectoryListing& whole, DirectoryListing part) {
    append(whole.published, part.published);
    append(whole.subscribed, part.subscribed);
    append(whole.routed, part.routed);
    whole.sub_directory.merge(part.sub_directory);
    for (auto& [id, peer] : part.peer) {
        auto& known = whole.peer.try_emplace(id, DirectoryPeer{peer.subscribed_id, peer.search, {}}).first->second;
        append(known.session, peer.session);
    }
    whole.rest = std::move(part.rest);
}

} // namespace layer_cake::directory
