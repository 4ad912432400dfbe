#pragma once

#include <layer_cake/net/listener.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/realm/dial.hpp>
#include <layer_cake/realm/key.hpp>
#include <layer_cake/realm/local_messages.hpp>
#include <layer_cake/realm/relay_link.hpp>
#include <layer_cake/realm/relay_session.hpp>
#include <layer_cake/realm/switchboard.hpp>
#include <list>

namespace layer_cake::realm {

/// How sessions cross between sites.
enum class Relay {
    automatic, ///< directly where one side can dial the other, else over the carrier
    always,    ///< over the carrier
    never,     ///< from process to process, or not at all
};

struct GatewayOptions {
    std::string realm;
    std::optional<RealmKey> key; ///< of the realm: sessions are sealed then
    Relay relay = Relay::automatic;
    std::string listen = "127.0.0.1"; ///< where the processes of this site are taken in
    std::string host = "127.0.0.1";   ///< and what they are told that it is
    std::string own_host;        ///< of this member, for other sites; names published at 127.0.0.1 are announced there
    bool takes_links = true;     ///< other sites' gateways may dial this one
    std::uint16_t link_port = 0; ///< and where; 0: at a free port
};

/// Stands between the processes of a site and those of other sites: a child of the RealmObject, beside which it runs.
///
/// A route to another site comes in as a CrossRoute. It goes on as it is, or a port is opened for that publisher and
/// the route names it: who connects there gets a session whose other end the publisher's gateway connects with the
/// publisher. Bytes cross as they are: what the two processes say to each other - encrypted or not - is not looked at.
///
/// **In a realm with a key** a session is sealed to the key that the publisher's member announced under the realm's. It
/// goes over a link when a gateway can dial the other: this one the publisher's, or that one this; else over the
/// carrier. **In one without a key** nothing is there that a link could be held to: the processes dial each other where
/// the publisher can be dialled from here, and else the session goes over the carrier.
///
/// A gateway connects to nothing but what its site has announced; in a realm with a key it does so for members only.
class Gateway {
public:
    using accepts = object::accepts<type::Start, type::Stop, type::T1, type::Returned, CrossRoute, CrossClear>;

    static constexpr std::size_t most_sessions = 8'192;
    static constexpr std::size_t most_strangers = 256; ///< links of which nothing is known yet; the oldest goes

    Gateway(Switchboard& board, GatewayOptions options);
    ~Gateway() { *alive_ = false; }
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    void on(object::Object& self, type::Start);
    void on(object::Object& self, type::Stop);
    void on(object::Object& self, type::T1);
    void on(object::Object&, const type::Returned&) {}
    void on(object::Object& self, CrossRoute& cross);
    void on(object::Object& self, CrossClear& cross);

private:
    using Place = std::pair<std::string, std::uint16_t>;
    using Links = std::list<std::unique_ptr<RelayLink>>;

    /// A publisher of another site, as seen from here.
    struct Target {
        MemberId member = 0;
        std::string name;
        type::Uuid published_id;
        auto operator<=>(const Target&) const = default;
    };
    struct Door {
        std::unique_ptr<net::Listener> listener;
        type::Block site_key;
        Place gateway; ///< of the publisher's site; no port: it cannot be dialled
        std::size_t routes = 0;
    };
    struct Waiting { ///< routes until it is known whether a place can be dialled
        std::unique_ptr<Dial> dial;
        std::vector<CrossRoute> routes;
    };
    struct Known {
        bool can_be_dialled = false;
        Instant until{};
    };
    /// A process of this site that has entered, until there is a link for its session or none can be had.
    struct Entered {
        Target target;
        type::Block site_key;
        Place gateway;
        Fd process;
        std::unique_ptr<Dial> dial;
        std::unique_ptr<RelayLink> link;
    };
    /// A session that another site has asked for, until the publisher is connected, and perhaps a link.
    struct Opening {
        RelayOpen asked;
        std::unique_ptr<RelayLink> link;
        std::unique_ptr<Dial> dial;
        Fd publisher;
    };
    struct Session {
        std::unique_ptr<RelayLink> link; ///< null: over the carrier
        bool says_session = false;       ///< with the next message, as the first one of the link
        std::unique_ptr<RelaySession> session;
    };

    // gateway.cpp: routes
    void begin(object::Object& self, const MemberCard& own);
    void pass(object::Object& self, const CrossRoute& cross);
    void cross(object::Object& self, CrossRoute& cross);
    void dialled(const Place& place, bool can_be_dialled);
    Waiting& probe(const Place& place);
    void go_on(object::Object& self, CrossRoute& cross, bool can_be_dialled);
    bool may_be_dialled(const Place& place);
    void learn(const Place& place, bool can_be_dialled);
    bool makes_links() const { return options_.key && options_.relay == Relay::automatic; }

    // gateway_sessions.cpp: sessions, however they cross
    void entered(const Target& target, Fd connection);
    void open(const std::string& session, std::string_view greeting);
    void received(Carried& message);
    void asked(const std::string& session, RelayOpen open, std::unique_ptr<RelayLink> link);
    void found(const std::string& session, const type::Any& answer);
    void accept(const std::string& session);
    void refuse(const std::string& session, std::string_view why);
    Session& add_session(const std::string& session, MemberId member, type::Block key);
    void end_session(const std::string& session, const std::string& why);
    std::string signed_text(const std::string& session, MemberId to, std::string_view greeting, RelayOpen open) const;
    bool is_signed(const std::string& session, std::string_view greeting, const RelayOpen& open) const;
    std::size_t count() const { return sessions_.size() + entered_.size() + opening_.size(); }

    // gateway_links.cpp: links
    void open_links(object::Object& self);
    void call(const std::string& session);
    void called(const std::string& session, Fd connection);
    void call_back(const std::string& session);
    void called_back(const std::string& session, Fd connection);
    void visited(Fd connection);
    void introduced(Links::iterator stranger, std::string_view greeting, std::span<char> message);
    void use(Session& session, std::unique_ptr<RelayLink> link);
    void leave(std::unique_ptr<RelayLink> link);

    Switchboard& board_;
    GatewayOptions options_;
    Subjects subjects_;
    object::Object* self_ = nullptr;
    RelayKeys keys_;
    std::shared_ptr<GatewayFigures> figures_ = std::make_shared<GatewayFigures>();
    MemberId own_ = 0;
    WatchId watch_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::unique_ptr<net::Listener> links_; ///< where other gateways dial this one; may be null
    std::map<Target, Door> doors_;
    std::map<type::Uuid, Target> routes_; ///< that lead to a door
    std::map<Place, Waiting> waiting_;
    std::map<Place, Known> known_;
    // By the session's word:
    std::map<std::string, Entered> entered_;
    std::map<std::string, Opening> opening_;
    std::map<std::string, Session, std::less<>> sessions_;
    Links strangers_; ///< the newest last
    Links leaving_;
};

} // namespace layer_cake::realm
