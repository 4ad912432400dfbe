#include <layer_cake/directory/listing_place.hpp>
#include <layer_cake/directory/node_upwards.hpp>

namespace layer_cake::directory {
namespace {

constexpr std::size_t most_bytes = 256u << 10; // of a frame of 1 MiB
constexpr std::size_t most_cleared = 4'000;

} // namespace

Published message_of(const Listing& listing) {
    Published published;
    published.name = listing.name;
    published.scope = listing.scope;
    published.encrypted = listing.encrypted;
    published.published_id = listing.id;
    if (listing.port != 0) published.listening_ipp = {listing.host, listing.port};
    published.home_address = listing.home;
    return published;
}

Subscribed message_of(const Wish& wish) {
    return {wish.search(), wish.scope, wish.id, wish.home};
}

bool Node::Upwards::goes_up(Scope scope) {
    if (!goes_above(scope, node.scope_)) return false;
    effects.wants_parent = true;
    return static_cast<bool>(node.parent_);
}

void Node::Upwards::add(const Listing& listing) {
    if (!goes_up(listing.scope)) return;
    news.published.push_back(message_of(listing));
    bytes += listing_bytes(listing.name);
    if (bytes >= most_bytes) flush_news();
}

void Node::Upwards::add(const Wish& wish) {
    if (!goes_up(wish.scope)) return;
    news.subscribed.push_back(message_of(wish));
    bytes += listing_bytes(wish.search());
    if (bytes >= most_bytes) flush_news();
}

void Node::Upwards::clear(const Listing& listing) {
    if (!goes_up(listing.scope)) return;
    cleared.publishers.insert(listing.id);
    if (cleared.publishers.size() >= most_cleared) flush_cleared();
}

void Node::Upwards::clear(const Wish& wish) {
    if (!goes_up(wish.scope)) return;
    cleared.subscribers.insert(wish.id);
    if (cleared.subscribers.size() >= most_cleared) flush_cleared();
}

void Node::Upwards::flush_cleared() {
    if (cleared.publishers.empty() && cleared.subscribers.empty()) return;
    effects.send(node.parent_, std::exchange(cleared, {}));
}

void Node::Upwards::flush_news() {
    flush_cleared();
    bytes = 0;
    if (news.published.size() == 1 && news.subscribed.empty())
        effects.send(node.parent_, std::move(news.published.front()));
    else if (news.subscribed.size() == 1 && news.published.empty())
        effects.send(node.parent_, std::move(news.subscribed.front()));
    else if (!news.published.empty() || !news.subscribed.empty())
        effects.send(node.parent_, std::move(news));
    news = {};
}

Node::Upwards::~Upwards() {
    flush_news();
    flush_cleared();
}

} // namespace layer_cake::directory
