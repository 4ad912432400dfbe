#pragma once

#include <layer_cake/directory/messages.hpp>

/// What a node is asked about itself, and answers: the words of `layer-cake network` and `layer-cake ping`. Ping and
/// Enquiry (type/messages.hpp) belong to it.
namespace layer_cake::directory {

/// To a node: connect upwards, if that has not been done; DirectoryOpened when it is connected, or cannot be.
struct OpenDirectory {
    Scope scope = Scope::HOST;
};
LAYER_CAKE_DESCRIBE_AS(OpenDirectory, "layer_cake.object_directory.OpenDirectory", scope)

struct DirectoryOpened {};
LAYER_CAKE_DESCRIBE_AS(DirectoryOpened, "layer_cake.object_directory.DirectoryOpened")

/// Answered with the DirectoryListing of the topmost node: each hands it to its parent.
struct ListDirectory {
    std::int64_t passed = 0; ///< from child to parent, so often; nodes of the predecessor do not count
};
LAYER_CAKE_DESCRIBE_AS(ListDirectory, "layer_cake.object_directory.ListDirectory", passed)

/// Answered with the node's own.
struct GetDirectory {};
LAYER_CAKE_DESCRIBE_AS(GetDirectory, "layer_cake.object_directory.GetDirectory")

/// Answered with the next part of a DirectoryListing that was not all. Nodes of the predecessor, whose listings are
/// one frame, do not know it: they never ask for it to be sent.
struct GetRest {
    std::string rest; ///< as the part before said
};
LAYER_CAKE_DESCRIBE_AS(GetRest, "layer_cake.object_directory.GetRest", rest)

/// A match that the node has made.
struct DirectoryRoute {
    std::string name;
    type::Uuid subscribed_id;
    type::Uuid published_id;
};
LAYER_CAKE_DESCRIBE_AS(DirectoryRoute, "layer_cake.object_directory.DirectoryRoute", name, subscribed_id, published_id)

/// What a subscription has found under one name.
struct PeerSession {
    std::string name;
    type::Any route;  ///< RouteOverLoop or RouteToAddress; never null
    type::Any status; ///< net::Connected, or ToBeConfirmed while no session is open
};
LAYER_CAKE_DESCRIBE_AS(PeerSession, "layer_cake.object_directory.PeerSession", name, route, status)

struct DirectoryPeer {
    type::Uuid subscribed_id;
    std::string search;
    std::vector<PeerSession> session;
};
LAYER_CAKE_DESCRIBE_AS(DirectoryPeer, "layer_cake.object_directory.DirectoryPeer", subscribed_id, search, session)

struct DirectoryListing {
    type::Uuid unique_id; ///< of the node, for `layer-cake ping`
    std::string executable;
    type::Address directory_address;
    Scope scope = Scope::PROCESS;
    std::string primary_ip; ///< `(not detected)` when there is none
    type::HostPort connect_to_directory;
    type::HostPort accept_directories_at;
    std::vector<Published> published;
    std::vector<Subscribed> subscribed;
    std::vector<DirectoryRoute> routed;
    std::map<type::Uuid, DirectoryPeer> peer;              ///< by subscription made in this process
    std::map<type::HostPort, type::Address> sub_directory; ///< the children: send GetDirectory there
    std::string rest; ///< for GetRest: there is more than goes into one frame; empty when that is all
};
LAYER_CAKE_DESCRIBE_AS(DirectoryListing, "layer_cake.object_directory.DirectoryListing", unique_id, executable,
                       directory_address, scope, primary_ip, connect_to_directory, accept_directories_at, published,
                       subscribed, routed, peer, sub_directory, rest)

} // namespace layer_cake::directory

// clang-format off
#define LAYER_CAKE_DIRECTORY_LISTING(X)                                                                                \
    X(layer_cake::directory::OpenDirectory) X(layer_cake::directory::DirectoryOpened)                                  \
    X(layer_cake::directory::GetRest)                                                                                  \
    X(layer_cake::directory::ListDirectory) X(layer_cake::directory::GetDirectory)                                     \
    X(layer_cake::directory::DirectoryRoute) X(layer_cake::directory::PeerSession)                                     \
    X(layer_cake::directory::DirectoryPeer) X(layer_cake::directory::DirectoryListing)
LAYER_CAKE_DIRECTORY_LISTING(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on
