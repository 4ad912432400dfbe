#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/directory/survey.hpp>
#include <optional>
#include <string>
#include <vector>

/// A surveyed network as a person or a program sees it: pure.
namespace layer_cake::cli::network {

/// What is shown of each directory besides its scope, its executable and its id.
struct Detail {
    bool full_identity = false; ///< ids as they are, instead of their first eight digits
    bool addresses = false;     ///< its own, that of the directory above it, and where it listens
    bool published = false;
    bool subscribed = false;
    bool routed = false;
    bool connected = false;
};

/// The tree as text, a line for each thing, `+   ` for each level:
///
///     [HOST] host-cake (c2d3f617)
///     +   # "worker:7" (033db419) 127.0.0.1:42301                          published
///     +   ? "worker:[0-9]+" (cb7a5ce5)                                     subscribed
///     +   <> "worker:7" (cb7a5ce5 -> 033db419)                             routed
///     +   [PROCESS] server (3d6b62f3)
///     +   +   ? "worker:[0-9]+" (cb7a5ce5)
///     +   +   +   > "worker:7"[HOST] (127.0.0.1:38286 -> 127.0.0.1:42301)  connected
///
/// A name and a search are listed where they are known furthest up, once; sessions below the search they are of, in the
/// process that subscribes.
std::string tree_text(const directory::Surveyed& top, const Detail& detail);

/// All of it, whatever a person would be shown: {"scope": ..., "executable": ..., "below": [...]}.
codec::Value to_json(const directory::Surveyed& top);

/// The same as a graph for Graphviz: a box for each directory, holding what `detail` asks for, and an arrow for each
/// session from who subscribes to who has published.
std::string graph_text(const directory::Surveyed& top, const Detail& detail);

/// One session of a subscription, from the three forms it comes in.
struct Session {
    std::string name;
    std::optional<directory::Scope> scope; ///< of the directory that introduced the two
    type::Uuid published_id{};
    std::optional<type::HostPort> local, remote; ///< within a process there are none
    bool is_open = false;
};
std::vector<Session> sessions_of(const directory::DirectoryPeer& peer);

/// `127.0.0.1:54195`, the path of a unix socket, or `(not set)`.
std::string address_text(const type::HostPort& address);
/// All of an id, or its first eight digits.
std::string id_text(const type::Uuid& id, bool full);

} // namespace layer_cake::cli::network
