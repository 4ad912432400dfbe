#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// What a group file says of NATS, checked: plain values with the defaults filled in.
namespace layer_cake::home {

/// How NATS is reached.
struct NatsRules {
    std::vector<std::string> servers; ///< as they are written: nats://a.example:4222
    std::string credentials, nkey;    ///< paths
    std::string user, password, token;
    struct Tls {
        bool required = false;
        std::string ca, certificate, key; ///< paths
        friend bool operator==(const Tls&, const Tls&) = default;
    } tls;

    friend bool operator==(const NatsRules&, const NatsRules&) = default;
};

/// `directory.realm`: which realm the directory of the group joins.
struct RealmRules {
    enum class Relay { automatic, always, never };

    std::string name;
    std::string site;       ///< empty: the host's name
    std::string key;        ///< path; empty: the realm has none
    std::string host;       ///< where this host is reached from other sites; empty: its address in the network
    std::uint16_t port = 0; ///< where other sites dial this one; 0: at a free one
    Relay relay = Relay::automatic;
    NatsRules nats;

    friend bool operator==(const RealmRules&, const RealmRules&) = default;
};

/// Which requests of NATS go to which pool.
struct NatsRoute {
    std::string subject;
    std::string pool;

    friend bool operator==(const NatsRoute&, const NatsRoute&) = default;
};

/// `nats`: the group's pools for programs that speak NATS.
struct BridgeRules {
    NatsRules nats;
    std::vector<NatsRoute> routes;

    friend bool operator==(const BridgeRules&, const BridgeRules&) = default;
};

} // namespace layer_cake::home
