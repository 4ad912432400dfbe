#pragma once

#include <layer_cake/directory/effects.hpp>
#include <layer_cake/directory/node.hpp>

namespace layer_cake::directory {

/// Gathers what one event has for the parent, and sends it in messages of bounded size: first what is cleared, then
/// what is new; one listing alone as itself.
struct Node::Upwards {
    Upwards(const Node& node, Effects& effects) : node(node), effects(effects) {}
    ~Upwards();
    Upwards(const Upwards&) = delete;
    Upwards& operator=(const Upwards&) = delete;

    void add(const Listing& listing);
    void add(const Wish& wish);
    void clear(const Listing& listing);
    void clear(const Wish& wish);

private:
    void flush_news();
    void flush_cleared();
    bool goes_up(Scope scope);

    const Node& node;
    Effects& effects;
    PublishedDirectory news;
    ClearListings cleared;
    std::size_t bytes = 0; ///< of the news, as JSON, about
};

Published message_of(const Listing& listing);
Subscribed message_of(const Wish& wish);

} // namespace layer_cake::directory
