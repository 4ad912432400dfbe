#pragma once

#include <layer_cake/directory/events.hpp>
#include <layer_cake/directory/listing_place.hpp>

/// What the objects of one process's directory say to each other. Never described and so never encoded: none of it can
/// come from outside.
namespace layer_cake::directory {

/// To the ProcessDirectory: an object that has published or subscribed has ended.
struct OwnerEnded {
    type::Address owner;
};

/// To the ProcessDirectory, by an object: see publish_port() and watch_routes().
struct PublishPort {
    std::string name;
    Scope scope = Scope::HOST;
    type::HostPort listening_ipp;
};
struct WatchRoutes {
    std::string search;
    Scope scope = Scope::HOST;
};

/// From a PublisherPort to its ProcessDirectory: it listens there, or cannot.
struct PortIsOpen {
    type::Uuid published_id;
    type::HostPort listening_ipp;
    std::string problem{};
};

/// To a PeerTransport: open a session, close it. `link` is the asker's own number for it.
struct OpenSession {
    std::uint64_t link = 0;
    OpenLoop loop;
};
struct CloseSession {
    std::uint64_t link = 0;
};

/// From a PeerTransport: it is open; it is over, or never began.
struct SessionOpened {
    std::uint64_t link = 0;
    type::Address publisher_address;
};
struct SessionLost {
    std::uint64_t link = 0;
};

/// To a NodeObject, by an object: a node above it is at that place. It is connected to
/// unless another one is, or has still to be tried.
struct ConnectAbove {
    type::HostPort place;
};

/// To the ProcessDirectory: which sessions are there, from that place on? Answered with Peers.
struct AskPeers {
    ListingPlace at;
    ListingRoom room;
};
struct Peers {
    std::map<type::Uuid, DirectoryPeer> peer;
    ListingPlace at; ///< where it has stopped
};

/// A node's own: the rest of what it has to do.
struct GoOn {};

template <class T>
concept LocalMessage = std::is_same_v<T, GoOn> || std::is_same_v<T, OwnerEnded> || std::is_same_v<T, ConnectAbove> ||
    std::is_same_v<T, PublishPort> || std::is_same_v<T, WatchRoutes> || std::is_same_v<T, PortIsOpen> ||
    std::is_same_v<T, OpenSession> || std::is_same_v<T, CloseSession> || std::is_same_v<T, SessionOpened> ||
    std::is_same_v<T, SessionLost> || std::is_same_v<T, AskPeers> || std::is_same_v<T, Peers>;

} // namespace layer_cake::directory

namespace layer_cake::type {

template <directory::LocalMessage T>
struct Traits<T> {
    static constexpr Shape shape() { return shape_of_object<T>(Kind::message); }
};

} // namespace layer_cake::type
