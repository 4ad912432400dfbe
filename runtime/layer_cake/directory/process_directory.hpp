#pragma once

#include <layer_cake/directory/local_messages.hpp>
#include <layer_cake/directory/node_object.hpp>
#include <layer_cake/directory/route_choice.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/object/runtime.hpp>
#include <set>
#include <unordered_map>

namespace layer_cake::directory {

/// What the objects of one process publish and subscribe to, and their sessions: the home of these listings. Its node
/// is a child (NodeObject), which is the process's place in the tree; so nothing from outside reaches this object.
///
/// A publication has a PublisherPort, a subscription a RouteChoice for each name that it found; sessions with the same
/// place share a PeerTransport. Between two objects of this process there is no connection: they get each other's
/// addresses.
class ProcessDirectory {
public:
    using accepts =
        object::accepts<type::Start, type::Stop, type::T1, type::Returned, PublishAs, SubscribeTo, ClearPublished,
                        ClearSubscribed, PublishPort, WatchRoutes, OwnerEnded, PortIsOpen, Advisory, RouteOverLoop,
                        RouteToAddress, OpenLibrary, ClearSubscriberRoute, SessionOpened, SessionLost, AskPeers,
                        ListDirectory, GetDirectory, OpenDirectory, type::Ping, type::Enquiry>;

    /// @param node  its scope is PROCESS, or GROUP for the process that keeps a group
    explicit ProcessDirectory(NodeOptions node) : node_options_(std::move(node)) {}

    void on(object::Object& self, type::Start);
    void on(object::Object& self, type::Stop) { self.complete(type::Aborted{}); }
    void on(object::Object& self, type::T1); ///< a route may be tried again
    void on(object::Object&, const type::Returned&) {}

    // From objects of this process.
    void on(object::Object& self, const PublishAs& wanted);
    void on(object::Object& self, const SubscribeTo& wanted);
    void on(object::Object& self, const ClearPublished& unwanted);
    void on(object::Object& self, const ClearSubscribed& unwanted);
    void on(object::Object& self, const PublishPort& wanted);
    void on(object::Object& self, const WatchRoutes& wanted);
    void on(object::Object& self, const OwnerEnded& ended);
    void on(object::Object& self, ListDirectory) { hand_to_node(self); }
    void on(object::Object& self, GetDirectory) { hand_to_node(self); }
    void on(object::Object& self, const OpenDirectory&) { hand_to_node(self); }
    void on(object::Object& self, type::Ping) { hand_to_node(self); }
    void on(object::Object& self, type::Enquiry) { hand_to_node(self); }

    // From its own: the node, the ports, the transports.
    void on(object::Object& self, const PortIsOpen& open);
    void on(object::Object& self, const Advisory& advisory);
    void on(object::Object& self, const RouteOverLoop& route);
    void on(object::Object& self, const RouteToAddress& route);
    void on(object::Object& self, const OpenLibrary& wanted);
    void on(object::Object& self, const ClearSubscriberRoute& cleared);
    void on(object::Object& self, const SessionOpened& opened);
    void on(object::Object& self, const SessionLost& lost);
    Peers on(object::Object& self, AskPeers& asked);

private:
    using LinkId = std::uint64_t;
    struct Publication {
        Published listing;
        type::Address publisher;
        type::Address port; ///< the PublisherPort; nobody when there is none
    };
    struct Choice {
        RouteChoice routes;
        std::optional<Instant> due; ///< as it stands in due_
        std::map<RouteChoice::Token, LinkId> links;
    };
    struct Subscription {
        Subscribed listing;
        type::Address subscriber;
        bool only_watches = false;
        std::map<std::string, Choice> choices; ///< by name
    };
    /// A session of a subscription made here, or an attempt.
    struct Link {
        type::Uuid subscription;
        std::string name;
        RouteChoice::Token token = 0;
        RouteOverLoop route;
        type::Address transport; ///< nobody when both are here
        type::Address publisher{};
        std::optional<WallTime> opened{};
        bool is_open = false;
        bool is_told = false; ///< the subscriber has got Available
    };
    using Publications = std::map<std::string, Publication>;
    using Subscriptions = std::map<type::Uuid, Subscription>;
    using TransportKey = std::pair<type::HostPort, bool>;

    void hand_to_node(object::Object& self);
    void publish(object::Object& self, Publication publication, bool with_port);
    void refuse(object::Object& self, const Published& listing, const type::Address& publisher, std::string why);
    void withdraw(object::Object& self, Publications::iterator at);
    void forget(Publications::iterator at);
    Publication* publication(const type::Uuid& id);
    type::Address object_at(const RouteOverLoop& route);
    void list(object::Object& self, const Published& listing);
    void subscribe(object::Object& self, Subscribed listing, const type::Address& subscriber, bool only_watches);
    void withdraw(object::Object& self, Subscriptions::iterator at);

    // process_directory_links.cpp
    void act(object::Object& self, Subscription& subscription, const std::string& name,
             const RouteChoice::Effects& effects);
    void open(object::Object& self, Subscription& subscription, const std::string& name, Choice& choice,
              const RouteChoice::Effects::Open& wanted);
    void open_here(object::Object& self, LinkId id);
    type::Address transport_to(object::Object& self, const RouteOverLoop& route);
    void opened(object::Object& self, LinkId id, const type::Address& publisher);
    void lost(object::Object& self, LinkId id);
    void take(object::Object& self, Link& link);
    void close(object::Object& self, LinkId id);
    void end(object::Object& self, LinkId id, bool is_lost);
    void tell(object::Object& self, type::Any message, const type::Address& to, const type::Address& from);
    void set_due(object::Object& self, const Subscription& subscription, const std::string& name, Choice& choice);
    void start_timer(object::Object& self);
    Dropped dropped(const Link& link, const type::Address& other) const;

    NodeOptions node_options_;
    type::Address node_;
    Random random_;
    Publications publications_;                            ///< by name
    std::map<type::Uuid, std::string> published_;          ///< their names, by id
    std::unordered_map<std::string, type::Uuid> searched_; ///< subscriptions, by subscriber and search
    Subscriptions subscriptions_;
    std::unordered_map<LinkId, Link> links_;
    LinkId last_link_ = 0;
    std::map<type::Uuid, type::Address> met_; ///< publishers that are known by their addresses, by route
    std::map<TransportKey, type::Address> transports_;
    std::set<std::tuple<Instant, type::Uuid, std::string>> due_;
};

/// Under what name the runtime keeps it (Runtime::service).
inline constexpr const char* service_name = "directory";

/// How the directory of the runtime's process is to be, when it is first asked for.
void provide_directory(object::Runtime& runtime, NodeOptions options);

} // namespace layer_cake::directory
