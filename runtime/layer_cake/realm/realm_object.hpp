#pragma once

#include <layer_cake/directory/listing.hpp>
#include <layer_cake/directory/listing_place.hpp>
#include <layer_cake/directory/local_messages.hpp>
#include <layer_cake/directory/node_object.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/realm/local_messages.hpp>
#include <layer_cake/realm/replica.hpp>
#include <layer_cake/realm/state.hpp>
#include <layer_cake/realm/switchboard.hpp>

namespace layer_cake::realm {

struct RealmOptions {
    std::string realm;           ///< checked by check_realm_name()
    std::string site;            ///< what people call this site
    std::string node;            ///< and this node of it; a site may have several
    std::optional<RealmKey> key; ///< nothing: all who reach the carrier are members
    std::string host;       ///< where this host is reached from other sites; empty: its address in the network. What is
                            ///< published at 127.0.0.1 is announced to be there
    bool encrypted = false; ///< connections from below to the node, so that other sites' enquiries are, too
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
    using accepts = object::accepts<type::Start, type::Stop, type::T1, type::Returned, CarrierNews, UseGateway, FindOwn,
                                    AskMembers, GetState, directory::Published, directory::Subscribed,
                                    directory::PublishedDirectory, directory::ClearListings, directory::ListDirectory,
                                    directory::GetDirectory, directory::GetRest, type::Ping, directory::GoOn>;

    /// @param below  the top node of the site
    RealmObject(RealmOptions options, type::Address below) : options_(std::move(options)), below_(std::move(below)) {}

    void on(object::Object& self, type::Start);
    void on(object::Object& self, type::Stop);
    void on(object::Object& self, type::T1); ///< something is due
    void on(object::Object&, const type::Returned&) {}
    void on(object::Object& self, CarrierNews);

    // From the node below.
    void on(object::Object& self, const directory::Published& published) { listed(self, published); }
    void on(object::Object& self, const directory::Subscribed& subscribed) { listed(self, subscribed); }
    void on(object::Object& self, const directory::PublishedDirectory& all) { listed(self, all); }
    void on(object::Object& self, const directory::ClearListings& cleared) { listed(self, cleared); }
    void on(object::Object& self, directory::GoOn);

    // From objects of this process.
    void on(object::Object& self, const UseGateway& gateway);
    void on(object::Object& self, const FindOwn& find);
    void on(object::Object& self, AskMembers);

    // Enquiries.
    void on(object::Object& self, GetState);
    void on(object::Object& self, directory::ListDirectory) { self.reply(listing(self, {})); }
    void on(object::Object& self, directory::GetDirectory) { self.reply(listing(self, {})); }
    void on(object::Object& self, const directory::GetRest& more) {
        self.reply(listing(self, directory::listing_place(more.rest)));
    }
    type::Ping on(object::Object&, type::Ping) { return {}; }

private:
    template <class Message>
    void listed(object::Object& self, const Message& message) {
        if (self.return_address() != below_) return;
        RealmEffects effects;
        replica_->received(message, self.now(), effects);
        act(self, std::move(effects));
    }
    void hear(CarrierEvent event); ///< on the loop, outside of a handler
    void act(object::Object& self, RealmEffects effects);
    void tell(object::Object& self, RealmEffects::Message message);
    void learn_place(object::Object& self);
    directory::DirectoryListing listing(object::Object& self, directory::ListingPlace at);
    void list_far(object::Object& self, directory::DirectoryListing& told);

    RealmOptions options_;
    type::Address below_, gateway_;
    std::shared_ptr<const GatewayFigures> gateway_figures_;
    std::string reason_;   ///< why the carrier is down
    type::HostPort place_; ///< where the node below takes enquiries
    object::Object* self_ = nullptr;
    std::unique_ptr<Switchboard> board_;
    std::unique_ptr<Replica> replica_;
    std::unordered_map<std::string, WatchId> watches_; ///< by subject
    std::vector<CarrierEvent> news_;                   ///< a CarrierNews is under way for them
    std::map<MemberId, type::Address> far_;            ///< a FarDirectory for each that can be asked
    bool has_lost_ = false;
    bool goes_on_ = false; ///< a GoOn is under way
    type::Uuid unique_id_ = type::Uuid::make();
};

/// For NodeOptions::above.
std::function<type::Address(object::Object& node)> node_above(RealmOptions options);

} // namespace layer_cake::realm
