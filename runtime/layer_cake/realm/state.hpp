#pragma once

#include <cstdint>
#include <layer_cake/type/messages.hpp>
#include <string>
#include <vector>

/// What a member of a realm says of itself to who asks, such as `layer-cake realm status`.
namespace layer_cake::realm {

/// To a RealmObject, from anywhere. Answered with RealmState.
struct GetState {};
LAYER_CAKE_DESCRIBE_AS(GetState, "layer_cake.realm.GetState")

/// Another member, of which names are known or were lately.
struct MemberState {
    std::string site, node, id, host;
    std::uint16_t gateway_port = 0; ///< where its gateway can be dialled; 0: nowhere
    std::uint64_t names = 0;        ///< that are known here
    std::uint64_t heard_ms = 0;     ///< so long ago it was heard last
    std::uint64_t lease_ms = 0;
    bool is_gone = false; ///< it was not heard for its lease
};
LAYER_CAKE_DESCRIBE_AS(MemberState, "layer_cake.realm.MemberState", site, node, id, host, gateway_port, names, heard_ms,
                       lease_ms, is_gone)

/// Of what others said, since the start; RealmFigures tells what each means.
struct RefusedCounts {
    std::uint64_t forged = 0, malformed = 0, late = 0, unwanted = 0, flood = 0, over_limit = 0, bad_names = 0;
};
LAYER_CAKE_DESCRIBE_AS(RefusedCounts, "layer_cake.realm.RefusedCounts", forged, malformed, late, unwanted, flood,
                       over_limit, bad_names)

struct RealmState {
    std::string realm, site, node, id, host;
    std::uint16_t gateway_port = 0;
    bool is_signed = false; ///< the realm has a key

    // The carrier.
    bool is_connected = false;
    std::string reason;          ///< why it is not, as it was told last
    std::string server, version; ///< empty when there is none to tell of
    bool is_old = false;         ///< that version has known ways around its authentication
    std::int64_t round_trip_us = -1;
    std::uint64_t sent = 0, sent_bytes = 0, received = 0, received_bytes = 0; ///< messages

    std::uint64_t own_names = 0, names = 0, families = 0;
    std::uint64_t links = 0,
                  relayed = 0; ///< sessions with other sites, now, from gateway to gateway and over the carrier
    std::uint64_t expired = 0;
    RefusedCounts refused;
    std::vector<MemberState> members; ///< by site and node
    std::uint64_t left_out = 0;       ///< of these, for want of room
};
LAYER_CAKE_DESCRIBE_AS(RealmState, "layer_cake.realm.RealmState", realm, site, node, id, host, gateway_port, is_signed,
                       is_connected, reason, server, version, is_old, round_trip_us, sent, sent_bytes, received,
                       received_bytes, own_names, names, families, links, relayed, expired, refused, members, left_out)

} // namespace layer_cake::realm

// clang-format off
#define LAYER_CAKE_REALM_STATE(X)                                                                                      \
    X(layer_cake::realm::GetState) X(layer_cake::realm::MemberState) X(layer_cake::realm::RefusedCounts)               \
    X(layer_cake::realm::RealmState)
LAYER_CAKE_REALM_STATE(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on
