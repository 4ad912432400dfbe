#pragma once

#include <layer_cake/directory/listing.hpp>
#include <layer_cake/directory/local_messages.hpp>
#include <layer_cake/directory/node_object.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/realm/replica.hpp>
#include <layer_cake/realm/switchboard.hpp>

namespace layer_cake::realm {

struct RealmOptions {
    std::string realm;           ///< checked by check_realm_name()
    std::string site;            ///< what people call this site
    std::string node;            ///< and this node of it; a site may have several
    std::optional<RealmKey> key; ///< nothing: all who reach the carrier are members
    std::string host; ///< where this host is reached from other sites; empty: its address in the network. What is
                      ///< published at 127.0.0.1 is announced to be there
    Duration lease = std::chrono::seconds(9);
    RealmLimits limits{};
    std::function<std::unique_ptr<Carrier>()> carrier; ///< makes one, for one use
    /// Makes what stands beside the realm's object on its thread, as its children, when the carrier is there: the
    /// gateway of sessions, services on the bus. May be empty.
    std::function<void(object::Object& realm, Switchboard& board, const RealmOptions& options)> beside{};
};

/// The node above the top node of a site, in that one's process: it is a member of a realm.
///
///     lc::directory::NodeOptions lan{.scope = Scope::LAN, ...};
///     lan.above = realm::node_above({.realm = "shop", .site = "north", .node = "lan-1", .carrier = ...});
///
/// A Replica, with a carrier. Listings of scope WAN come from the node below; routes go to the homes that they are for.
/// Answers ListDirectory and GetDirectory with the names of scope WAN, its own site's first.
///
/// **A gateway** may stand between (UseGateway): then it gets each route as a CrossRoute and passes it on, or another
/// with an address of its own.
class RealmObject {
public:
    using accepts =
        object::accepts<type::Start, type::Stop, type::T1, type::Returned, CarrierNews, UseGateway, AskMembers,
                        directory::Published, directory::Subscribed, directory::PublishedDirectory,
                        directory::ClearListings, directory::ListDirectory, directory::GetDirectory, type::Ping,
                        directory::GoOn>;

    /// @param below  the top node of the site
    RealmObject(RealmOptions options, type::Address below);

private:
    RealmOptions options_;
    type::Address below_, gateway_;
    std::unique_ptr<Switchboard> board_;
    std::optional<Replica> replica_;
    std::unordered_map<std::string, WatchId> watches_; ///< by subject
};

/// For NodeOptions::above.
std::function<type::Address(object::Object& node)> node_above(RealmOptions options);

} // namespace layer_cake::realm
