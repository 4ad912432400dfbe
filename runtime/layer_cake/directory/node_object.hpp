#pragma once

#include <layer_cake/directory/allowance.hpp>
#include <layer_cake/directory/back_off.hpp>
#include <layer_cake/directory/listing.hpp>
#include <layer_cake/directory/local_messages.hpp>
#include <layer_cake/directory/node.hpp>
#include <layer_cake/net/messages.hpp>
#include <layer_cake/net/session_keys.hpp>
#include <layer_cake/object/machine.hpp>

namespace layer_cake::directory {

/// Of connections between nodes of different hosts: one that nothing is heard of for so long is gone, and its names.
inline constexpr Duration node_lease = std::chrono::seconds(15);

struct NodeOptions {
    Scope scope = Scope::PROCESS;
    std::optional<type::HostPort> accept_at{};  ///< nodes below; nothing: from the first Enquiry on, on 127.0.0.1
    std::optional<type::HostPort> connect_to{}; ///< the node above, at once; nothing: usual_parent(), when a listing
                                                ///< is to go there
    /// Asks where the node above is, in place of usual_parent(): `found` gets a HostPort, or something else for
    /// nowhere.
    std::function<void(object::Object& node, const object::Object::Then& found)> find_above{};
    bool automatic = true;     ///< false: no node above is looked for when none is named
    Scope widest = Scope::WAN; ///< what comes from below with a wider scope is taken as one of this
    bool encrypted = false;    ///< connections upwards and from below
    std::shared_ptr<const net::SessionKeys> keys{}; ///< of these: our own for those below, and the one of the node
                                                    ///< above, with which connections there are always encrypted
    std::string executable{};                       ///< its name, for people
    NodeLimits limits{};
    /// Makes the node above as an object of this process, a child of this node's, instead of a connection to it: its
    /// end is this node's. Empty: see connect_to.
    std::function<type::Address(object::Object& node)> above{};
};

/// A node of the directory as an object: a Node, with connections from below and to the node above.
///
///     const auto node = create_node(self, {.scope = Scope::HOST, .accept_at = place});
///
/// Who is below connects to it and sends listings; see Node for what becomes of them. It connects upwards when it is
/// told where, else when the first listing is to go there, and again and again, with growing delays, when that fails or
/// the connection is lost. Anybody may ask it: Ping, GetDirectory, ListDirectory; objects of this process also
/// OpenDirectory and Enquiry (where does it listen? HostPort, or the NotListening that says why it does not).
///
/// The process's own listings come from its `home` (ProcessDirectory), if it has one, which gets the routes. Ends with
/// NotListening when it cannot listen where it is told to, with Aborted by Stop.
class NodeObject {
public:
    using accepts = object::accepts<type::Start, type::Stop, type::T1, type::Returned, net::Accepted, net::Connected,
                                    net::NotConnected, net::Closed, Published, Subscribed, PublishedDirectory,
                                    ClearListings, Advisory, RouteOverLoop, RouteToAddress, OpenLibrary,
                                    ClearSubscriberRoute, ClearPublisherRoute, ListDirectory, GetDirectory, GetRest,
                                    OpenDirectory, ConnectAbove, type::Ping, type::Enquiry, GoOn>;

    explicit NodeObject(NodeOptions options, type::Address home = {});

    void on(object::Object& self, type::Start);
    void on(object::Object& self, type::Stop);
    void on(object::Object& self, type::T1); ///< connect again
    void on(object::Object&, const type::Returned&) {}

    void on(object::Object& self, const net::Accepted& accepted);
    void on(object::Object& self, const net::Connected& connected);
    void on(object::Object& self, const net::NotConnected& refused);
    void on(object::Object& self, const net::Closed& closed);

    void on(object::Object& self, Published& published) {
        narrow(published);
        listed(self, published);
    }
    void on(object::Object& self, Subscribed& subscribed) {
        narrow(subscribed);
        listed(self, subscribed);
    }
    void on(object::Object& self, PublishedDirectory& all) {
        for (auto& published : all.published)
            narrow(published);
        for (auto& subscribed : all.subscribed)
            narrow(subscribed);
        listed(self, all);
    }
    void on(object::Object& self, const ClearListings& cleared) { listed(self, cleared); }

    void on(object::Object& self, const Advisory& advisory);
    void on(object::Object& self, const RouteOverLoop&) { hand_home(self); }
    void on(object::Object& self, const RouteToAddress&) { hand_home(self); }
    void on(object::Object& self,
            const OpenLibrary&) { // by whoever is above, though the asker's address may not say so
        if (home_ && options_.scope == Scope::LIBRARY) self.forward(std::move(self.message()), home_);
    }
    void on(object::Object& self, const ClearSubscriberRoute&) { hand_home(self); }
    void on(object::Object&, const ClearPublisherRoute&) {}

    void on(object::Object& self, ListDirectory);
    void on(object::Object& self, GetDirectory);
    void on(object::Object& self, const GetRest& more);
    void on(object::Object& self, const OpenDirectory& open);
    void on(object::Object& self, const ConnectAbove& above);
    type::Ping on(object::Object&, type::Ping) { return {}; }
    void on(object::Object& self, type::Enquiry);
    void on(object::Object& self, GoOn);

private:
    template <class Message>
    void listed(object::Object& self, const Message& message) {
        const auto child = sender(self);
        if (!may_change(self, child, changes_in(message))) return;
        Effects effects;
        node_.received(child, message, effects);
        act(self, std::move(effects));
    }
    template <class Listing>
    void narrow(Listing& listing) const {
        if (goes_above(listing.scope, options_.widest)) listing.scope = options_.widest;
    }
    static std::size_t changes_in(const Published&) { return 1; }
    static std::size_t changes_in(const Subscribed&) { return 1; }
    static std::size_t changes_in(const PublishedDirectory& all) {
        return 1 + all.published.size() + all.subscribed.size();
    }
    static std::size_t changes_in(const ClearListings& all) {
        return 1 + all.publishers.size() + all.subscribers.size();
    }
    bool may_change(object::Object& self, Node::Child child, std::size_t count);
    Node::Child sender(const object::Object& self) const;
    bool comes_from_above(const object::Object& self) const;
    void hand_home(object::Object& self);
    void act(object::Object& self, Effects effects);
    void bring_together(object::Object& self, Effects::Meeting meeting);
    bool accept_children(object::Object& self, const type::HostPort& at);
    std::string host_of(const net::Accepted& accepted) const;
    void connect_up(object::Object& self);
    void find_above(object::Object& self);
    void try_to_connect(object::Object& self);
    void try_later(object::Object& self);
    void tell_opened(object::Object& self);
    void answer_listing(object::Object& self, const type::Address& to, ListingPlace at = {});
    DirectoryListing listing(const object::Object& self, ListingPlace& at, ListingRoom& room) const;

    NodeOptions options_;
    type::Address home_;
    Node node_;
    type::Uuid unique_id_ = type::Uuid::make();
    struct Below {
        type::HostPort place;
        Allowance changes;
        bool is_cut = false;
    };
    std::map<Node::Child, Below> children_;
    type::Any listening_;                        ///< Listening, or NotListening; nothing before
    bool goes_on_ = false;                       ///< a GoOn is under way
    std::optional<type::HostPort> parent_place_; ///< nothing: not wanted yet, or there is none
    bool finds_ = false;                         ///< it is asked for
    bool is_untried_ = false;                    ///< what was told of it, since a connection failed or was lost
    std::optional<BackOff> delays_;
    Random random_;
    std::vector<type::Address> opening_; ///< who wait for DirectoryOpened
};

/// Makes one, with room for what many children may send at a time.
type::Address create_node(object::Object& self, NodeOptions options, type::Address home = {});

} // namespace layer_cake::directory
