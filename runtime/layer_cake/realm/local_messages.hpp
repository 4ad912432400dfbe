#pragma once

#include <layer_cake/directory/messages.hpp>
#include <layer_cake/realm/messages.hpp>
#include <layer_cake/realm/realm_limits.hpp>
#include <memory>

/// What the objects of one member of a realm say to each other. Never described and so never encoded: none of it can
/// come from outside.
namespace layer_cake::realm {

/// A RealmObject's own: its carrier has something for it.
struct CarrierNews {};

/// What a gateway has to do with now, and has refused.
struct GatewayFigures {
    std::uint64_t links = 0;   ///< sessions from gateway to gateway
    std::uint64_t relayed = 0; ///< and over the carrier
    std::uint64_t forged = 0;  ///< sessions that were asked for without the realm's key
};

/// To a RealmObject, by an object of its process: routes to other sites go through the sender from now on, as
/// CrossRoute and CrossClear, and its ports are told to the others.
struct UseGateway {
    std::uint16_t gateway_port = 0; ///< where other sites' gateways may dial it; 0: nowhere
    type::Block site_key;
    std::shared_ptr<const GatewayFigures> figures{}; ///< as they are; on the thread of both
};

/// To the gateway: a subscriber of this site is to be told of a publisher of another. It passes it on: to `to`, with
/// the RealmObject as its return address.
struct CrossRoute {
    type::Address to;
    directory::RouteOverLoop route;
    MemberCard publisher; ///< whose name it is
};
/// To the gateway: that route is no more. To be passed on in the same way, and after.
struct CrossClear {
    type::Address to;
    directory::ClearSubscriberRoute cleared;
};

/// To a RealmObject, by its gateway: where is that name of this site? Answered with its FarName; with one without a
/// name when it is not published.
struct FindOwn {
    std::string name;
    type::Uuid published_id;
};

/// To a RealmObject: who is there? Answered with Members.
struct AskMembers {};
struct Members {
    MemberCard own;
    std::vector<MemberCard> others;
    RealmFigures figures;
    bool is_connected = false;
};

template <class T>
concept LocalMessage = std::is_same_v<T, CarrierNews> || std::is_same_v<T, UseGateway> ||
    std::is_same_v<T, CrossRoute> || std::is_same_v<T, CrossClear> || std::is_same_v<T, AskMembers> ||
    std::is_same_v<T, FindOwn> || std::is_same_v<T, Members>;

} // namespace layer_cake::realm

namespace layer_cake::type {

template <realm::LocalMessage T>
struct Traits<T> {
    static constexpr Shape shape() { return shape_of_object<T>(Kind::message); }
};

} // namespace layer_cake::type
