#pragma once

#include <layer_cake/directory/messages.hpp>

/// What an object hears of the names that it published or subscribed to, with the predecessor's names and members.
/// Published and Subscribed (messages.hpp) come first, as the confirmation.
namespace layer_cake::directory {

/// To a subscriber: a publisher is there; what is sent to `publisher_address` arrives there, in order.
struct Available {
    std::string name;
    Scope scope = Scope::HOST; ///< of the node that brought them together
    type::Uuid route_id;
    type::Uuid subscribed_id;
    type::Uuid published_id;
    type::Address publisher_address;
    std::optional<WallTime> opened_at;
};
LAYER_CAKE_DESCRIBE_AS(Available, "layer_cake.object_directory.Available", name, scope, route_id, subscribed_id,
                       published_id, publisher_address, opened_at)

/// To a publisher: a subscriber is there.
struct Delivered {
    std::string name;
    Scope scope = Scope::HOST;
    type::Uuid route_id;
    type::Uuid subscribed_id;
    type::Uuid published_id;
    type::Address subscriber_address;
    std::optional<WallTime> opened_at;
};
LAYER_CAKE_DESCRIBE_AS(Delivered, "layer_cake.object_directory.Delivered", name, scope, route_id, subscribed_id,
                       published_id, subscriber_address, opened_at)

/// To either: the other is not there any more, or not by this route. To a subscriber another Available may follow.
struct Dropped {
    std::string name;
    Scope scope = Scope::HOST;
    type::Uuid route_id;
    type::Uuid subscribed_id;
    type::Uuid published_id;
    type::Address remote_address;
    std::optional<WallTime> opened_at;
};
LAYER_CAKE_DESCRIBE_AS(Dropped, "layer_cake.object_directory.Dropped", name, scope, route_id, subscribed_id,
                       published_id, remote_address, opened_at)

struct NotPublished : type::Faulted {
    std::string name;
    Scope scope = Scope::HOST;
    std::string note; ///< why: `already published`
};
LAYER_CAKE_DESCRIBE_AS(NotPublished, "layer_cake.object_directory.NotPublished", name, scope, note,
                       LAYER_CAKE_FAULT_MEMBERS)

struct NotSubscribed : type::Faulted {
    std::string search;
    Scope scope = Scope::HOST;
    std::string note; ///< why: `already subscribed`, or what is wrong with the pattern
};
LAYER_CAKE_DESCRIBE_AS(NotSubscribed, "layer_cake.object_directory.NotSubscribed", search, scope, note,
                       LAYER_CAKE_FAULT_MEMBERS)

/// To the directory of the process: withdraw it.
struct ClearPublished {
    std::string name;
    Scope scope = Scope::HOST;
    std::optional<type::Uuid> published_id; ///< of the one that is meant; by its name when missing
    std::string note;
};
LAYER_CAKE_DESCRIBE_AS(ClearPublished, "layer_cake.object_directory.ClearPublished", name, scope, published_id, note)

/// It is withdrawn, and its sessions are closed.
struct PublishedCleared {
    std::string name;
    Scope scope = Scope::HOST;
    std::optional<type::Uuid> published_id; ///< missing when there was none
    std::string note;
};
LAYER_CAKE_DESCRIBE_AS(PublishedCleared, "layer_cake.object_directory.PublishedCleared", name, scope, published_id,
                       note)

struct ClearSubscribed {
    std::string search;
    Scope scope = Scope::HOST;
    std::optional<type::Uuid> subscribed_id;
    std::string note;
};
LAYER_CAKE_DESCRIBE_AS(ClearSubscribed, "layer_cake.object_directory.ClearSubscribed", search, scope, subscribed_id,
                       note)

struct SubscribedCleared {
    std::string search;
    Scope scope = Scope::HOST;
    std::optional<type::Uuid> subscribed_id;
    std::string note;
};
LAYER_CAKE_DESCRIBE_AS(SubscribedCleared, "layer_cake.object_directory.SubscribedCleared", search, scope, subscribed_id,
                       note)

} // namespace layer_cake::directory

// clang-format off
#define LAYER_CAKE_DIRECTORY_EVENTS(X)                                                                                 \
    X(layer_cake::directory::Available) X(layer_cake::directory::Delivered) X(layer_cake::directory::Dropped)          \
    X(layer_cake::directory::NotPublished) X(layer_cake::directory::NotSubscribed)                                     \
    X(layer_cake::directory::ClearPublished) X(layer_cake::directory::PublishedCleared)                                \
    X(layer_cake::directory::ClearSubscribed) X(layer_cake::directory::SubscribedCleared)
LAYER_CAKE_DIRECTORY_EVENTS(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on
