#pragma once

#include <layer_cake/net/listener.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/realm/dial.hpp>
#include <layer_cake/realm/key.hpp>
#include <layer_cake/realm/local_messages.hpp>
#include <layer_cake/realm/relay_session.hpp>
#include <layer_cake/realm/switchboard.hpp>

namespace layer_cake::realm {

/// How sessions cross between sites.
enum class Relay {
    automatic, ///< directly where the publisher can be dialled from here, else relayed
    always,    ///< relayed
    never,     ///< directly, or not at all
};

struct GatewayOptions {
    std::string realm;
    std::optional<RealmKey> key; ///< of the realm: relayed sessions are sealed then
    Relay relay = Relay::automatic;
    std::string listen = "127.0.0.1"; ///< where the processes of this site are taken in
    std::string host = "127.0.0.1";   ///< and what they are told that it is
    std::string own_host;             ///< where names published at 127.0.0.1 are announced to be
};

/// Stands between the processes of a site and those of other sites, where they cannot dial each other: a child of the
/// RealmObject, beside which it runs.
///
/// A route to another site comes in as a CrossRoute. When the publisher can be dialled from here it goes on as it is.
/// Else a port is opened for that publisher, and the route names it: who connects there gets a relayed session over the
/// carrier, whose other end the publisher's gateway connects with the publisher. Bytes cross as they are: what the two
/// processes say to each other - encrypted or not - is not looked at.
///
/// A gateway connects to nothing but what its site has announced; in a realm with a key it does so for members only.
class Gateway {
public:
    using accepts = object::accepts<type::Start, type::Stop, type::T1, type::Returned, CrossRoute, CrossClear>;

    static constexpr std::size_t most_sessions = 8'192;

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
    using Place = std::pair<std::string, std::uint16_t>;

    void begin(object::Object& self, const MemberCard& own);
    void pass(object::Object& self, const CrossRoute& cross);
    void cross(object::Object& self, CrossRoute& cross);
    void dialled(const Place& place, bool can_be_dialled);
    void entered(const Target& target, Fd connection);

    void received(Carried& message);
    void asked(const std::string& session, const RelayOpen& open);
    void found(const std::string& session, const RelayOpen& open, const type::Any& answer);
    void refuse(const std::string& session, MemberId member, std::string_view why);
    RelaySession& add_session(const std::string& session, MemberId member, type::Block key);
    void end_session(const std::string& session, const std::string& why);
    std::string signed_text(const std::string& session, MemberId to, RelayOpen open) const;

    Switchboard& board_;
    GatewayOptions options_;
    Subjects subjects_;
    object::Object* self_ = nullptr;
    RelayKeys keys_;
    MemberId own_ = 0;
    WatchId watch_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::map<Target, Door> doors_;
    std::map<type::Uuid, Target> routes_; ///< that lead to a door
    std::map<Place, Waiting> waiting_;
    std::map<Place, Known> known_;
    std::map<std::string, std::unique_ptr<RelaySession>> sessions_;
    std::map<std::string, std::unique_ptr<Dial>>
        opening_; ///< sessions whose publisher is being dialled; null: looked up
};

} // namespace layer_cake::realm
