#pragma once

#include <layer_cake/directory/scope.hpp>
#include <layer_cake/type/messages.hpp>
#include <layer_cake/type/uuid.hpp>
#include <map>
#include <set>

/// What directory nodes say to each other, with the predecessor's names and members. What objects hear of their names
/// is in events.hpp, what nodes answer when they are asked about themselves in listing.hpp.
namespace layer_cake::directory {

// Upwards, from a node to its parent; the object that published or subscribed gets its own as confirmation.

/// A name, and where its publisher listens.
struct Published {
    std::string name;
    Scope scope = Scope::HOST;
    bool encrypted = false; ///< of the sessions with the publisher
    type::Uuid published_id;
    type::HostPort listening_ipp; ///< the host is rewritten by each node on the way to what it is seen as from there
    type::Address home_address;   ///< the directory of the publisher's process
};
LAYER_CAKE_DESCRIBE_AS(Published, "layer_cake.object_directory.Published", name, scope, encrypted, published_id,
                       listening_ipp, home_address)

/// A wish for the publishers of a name, or of all names that a pattern matches as a whole.
struct Subscribed {
    std::string search;
    Scope scope = Scope::HOST;
    type::Uuid subscribed_id;
    type::Address home_address; ///< the directory of the subscriber's process
};
LAYER_CAKE_DESCRIBE_AS(Subscribed, "layer_cake.object_directory.Subscribed", search, scope, subscribed_id, home_address)

/// Many listings at once: all that a node has for its parent when they are connected.
struct PublishedDirectory {
    std::vector<Published> published;
    std::vector<Subscribed> subscribed;
};
LAYER_CAKE_DESCRIBE_AS(PublishedDirectory, "layer_cake.object_directory.PublishedDirectory", published, subscribed)

/// These are no more.
struct ClearListings {
    std::set<type::Uuid> subscribers;
    std::set<type::Uuid> publishers;
};
LAYER_CAKE_DESCRIBE_AS(ClearListings, "layer_cake.object_directory.ClearListings", subscribers, publishers)

// Downwards, from the node that sees both listings to the homes of publisher and subscriber.

/// The node of that scope already has this name from somebody else.
struct Advisory {
    std::string name;
    Scope scope = Scope::HOST;
    type::Uuid published_id;
};
LAYER_CAKE_DESCRIBE_AS(Advisory, "layer_cake.object_directory.Advisory", name, scope, published_id)

/// To the subscriber's home: there is a publisher, and that is where it listens.
struct RouteOverLoop {
    type::Uuid route_id;
    Scope scope = Scope::HOST; ///< of the node that says it
    bool encrypted = false;
    type::Uuid subscribed_id;
    type::Uuid published_id;
    std::string name;
    type::HostPort ipp;
};
LAYER_CAKE_DESCRIBE_AS(RouteOverLoop, "layer_cake.object_directory.RouteOverLoop", route_id, scope, encrypted,
                       subscribed_id, published_id, name, ipp)

/// The same where both are in one process, or a process and its library process.
struct RouteToAddress {
    type::Uuid route_id;
    Scope scope = Scope::PROCESS;
    type::Uuid subscribed_id;
    type::Uuid published_id;
    type::Address subscriber_address;
    type::Address publisher_address;
    std::string name;
    std::optional<WallTime> opened_at;
};
LAYER_CAKE_DESCRIBE_AS(RouteToAddress, "layer_cake.object_directory.RouteToAddress", route_id, scope, subscribed_id,
                       published_id, subscriber_address, publisher_address, name, opened_at)

/// To the subscriber's home: that route is no more.
struct ClearSubscriberRoute {
    type::Uuid subscribed_id;
    std::string name;
    type::Uuid route_id;
};
LAYER_CAKE_DESCRIBE_AS(ClearSubscriberRoute, "layer_cake.object_directory.ClearSubscriberRoute", subscribed_id, name,
                       route_id)

/// To the publisher's home, which need not do anything.
struct ClearPublisherRoute {
    type::Uuid published_id;
    std::string name;
    type::Uuid route_id;
};
LAYER_CAKE_DESCRIBE_AS(ClearPublisherRoute, "layer_cake.object_directory.ClearPublisherRoute", published_id, name,
                       route_id)

/// To a library process: which object is it that published, or subscribed? It answers with that PublishAs or
/// SubscribeTo.
struct OpenLibrary {
    std::optional<type::Uuid> published_id;
    std::optional<type::Uuid> subscribed_id;
};
LAYER_CAKE_DESCRIBE_AS(OpenLibrary, "layer_cake.object_directory.OpenLibrary", published_id, subscribed_id)

// From an object to the directory of its own process.

struct PublishAs {
    std::string name;
    Scope scope = Scope::HOST;
    type::Address publisher_address;
    bool encrypted = false;
};
LAYER_CAKE_DESCRIBE_AS(PublishAs, "layer_cake.object_directory.PublishAs", name, scope, publisher_address, encrypted)

struct SubscribeTo {
    std::string search;
    Scope scope = Scope::HOST;
    type::Address subscriber_address;
};
LAYER_CAKE_DESCRIBE_AS(SubscribeTo, "layer_cake.object_directory.SubscribeTo", search, scope, subscriber_address)

// Over a peer connection, from the subscriber's process to the publisher's, and back.

struct OpenLoop {
    std::string name;
    Scope scope = Scope::HOST;
    type::Uuid route_id;
    type::Uuid subscribed_id;
    type::Uuid published_id;
    type::Address subscriber_address;
};
LAYER_CAKE_DESCRIBE_AS(OpenLoop, "layer_cake.object_directory.OpenLoop", name, scope, route_id, subscribed_id,
                       published_id, subscriber_address)

struct LoopOpened {
    type::Address publisher_address;
};
LAYER_CAKE_DESCRIBE_AS(LoopOpened, "layer_cake.object_directory.LoopOpened", publisher_address)

struct CloseLoop {
    std::string name;
    Scope scope = Scope::HOST;
    type::Uuid route_id;
    type::Uuid subscribed_id;
    type::Uuid published_id;
    type::Address subscriber_address;
};
LAYER_CAKE_DESCRIBE_AS(CloseLoop, "layer_cake.object_directory.CloseLoop", name, scope, route_id, subscribed_id,
                       published_id, subscriber_address)

struct LoopClosed {
    type::Address publisher_address;
};
LAYER_CAKE_DESCRIBE_AS(LoopClosed, "layer_cake.object_directory.LoopClosed", publisher_address)

} // namespace layer_cake::directory

// clang-format off
#define LAYER_CAKE_DIRECTORY_MESSAGES(X)                                                                               \
    X(layer_cake::directory::Published) X(layer_cake::directory::Subscribed)                                           \
    X(layer_cake::directory::PublishedDirectory) X(layer_cake::directory::ClearListings)                               \
    X(layer_cake::directory::Advisory) X(layer_cake::directory::RouteOverLoop)                                         \
    X(layer_cake::directory::RouteToAddress) X(layer_cake::directory::ClearSubscriberRoute)                            \
    X(layer_cake::directory::ClearPublisherRoute) X(layer_cake::directory::OpenLibrary)                                \
    X(layer_cake::directory::PublishAs) X(layer_cake::directory::SubscribeTo) X(layer_cake::directory::OpenLoop)       \
    X(layer_cake::directory::LoopOpened) X(layer_cake::directory::CloseLoop) X(layer_cake::directory::LoopClosed)
LAYER_CAKE_DIRECTORY_MESSAGES(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on
