#pragma once

#include <cstdint>
#include <layer_cake/type/messages.hpp>
#include <layer_cake/type/texts.hpp>
#include <layer_cake/type/uuid.hpp>
#include <string>
#include <vector>

/// What the members of a realm say to each other: the predecessor has nothing like it. On the way each is sealed
/// (envelope.hpp).
///
/// A member counts its announcements: its *revision*. Whoever knows a family as it was at some revision sees by the
/// next announcement, and by the next Beat, whether one is missing in between.
namespace layer_cake::realm {

/// A name, and where its publisher is reached from other sites.
struct FarName {
    std::string name;
    type::Uuid published_id;
    bool encrypted = false;
    std::string host;
    std::uint16_t port = 0;
    friend bool operator==(const FarName&, const FarName&) = default;
};
LAYER_CAKE_DESCRIBE_AS(FarName, "layer_cake.realm.FarName", name, published_id, encrypted, host, port)

/// What changed in one family. Without a change: it is there, and is as it was at `previous`.
struct Changes {
    std::uint64_t member = 0;
    std::uint64_t family = 0;
    std::uint64_t revision = 0; ///< of the member, with these
    std::uint64_t previous = 0; ///< when the family changed last before; never less than that
    std::vector<FarName> published;
    std::vector<std::string> withdrawn;
};
LAYER_CAKE_DESCRIBE_AS(Changes, "layer_cake.realm.Changes", member, family, revision, previous, published, withdrawn)

struct FamilyRevision {
    std::uint64_t family = 0;
    std::uint64_t revision = 0; ///< of its last change
};
LAYER_CAKE_DESCRIBE_AS(FamilyRevision, "layer_cake.realm.FamilyRevision", family, revision)

/// It is there yet. Every third of its lease.
struct Beat {
    std::uint64_t member = 0;
    std::uint64_t count = 0; ///< of its beats
    std::uint64_t revision = 0;
    std::uint64_t since = 0;             ///< `changed` has all families that changed after this revision
    std::vector<FamilyRevision> changed; ///< lately
};
LAYER_CAKE_DESCRIBE_AS(Beat, "layer_cake.realm.Beat", member, count, revision, since, changed)

/// It goes, and takes its names with it.
struct Bye {
    std::uint64_t member = 0;
};
LAYER_CAKE_DESCRIBE_AS(Bye, "layer_cake.realm.Bye", member)

/// Of a question: names of a family, those that match one of the searches; without one, all.
struct Wanted {
    std::uint64_t family = 0;
    std::vector<std::string> searches;
};
LAYER_CAKE_DESCRIBE_AS(Wanted, "layer_cake.realm.Wanted", family, searches)

struct Question {
    std::uint64_t nonce = 0; ///< what is answered to it cannot have been said before
    std::vector<Wanted> wanted;
};
LAYER_CAKE_DESCRIBE_AS(Question, "layer_cake.realm.Question", nonce, wanted)

struct FamilyAnswer {
    std::uint64_t family = 0;
    std::uint64_t part = 0; ///< of its answer, from 0
    bool is_last = true;
    std::vector<FarName> names;
};
LAYER_CAKE_DESCRIBE_AS(FamilyAnswer, "layer_cake.realm.FamilyAnswer", family, part, is_last, names)

/// Who a member is.
struct MemberCard {
    std::uint64_t member = 0;
    std::string site, node;           ///< for people
    std::uint64_t lease = 0;          ///< in milliseconds: unheard for so long it is taken for gone
    std::string host;                 ///< of the node, as reached from other sites
    std::uint16_t directory_port = 0; ///< where it takes enquiries; 0: nowhere
    bool directory_encrypted = false;
    std::uint16_t gateway_port = 0; ///< where it takes sessions for its site; 0: only through the carrier
    type::Block site_key;           ///< Curve25519, for sealed sessions; empty: it has none
};
LAYER_CAKE_DESCRIBE_AS(MemberCard, "layer_cake.realm.MemberCard", member, site, node, lease, host, directory_port,
                       directory_encrypted, gateway_port, site_key)

struct Answer {
    std::uint64_t nonce = 0;
    std::uint64_t revision = 0; ///< what is told is as it was at this
    MemberCard card;
    std::vector<FamilyAnswer> families;
};
LAYER_CAKE_DESCRIBE_AS(Answer, "layer_cake.realm.Answer", nonce, revision, card, families)

} // namespace layer_cake::realm

// clang-format off
#define LAYER_CAKE_REALM_MESSAGES(X)                                                                                   \
    X(layer_cake::realm::FarName) X(layer_cake::realm::Changes) X(layer_cake::realm::FamilyRevision)                   \
    X(layer_cake::realm::Beat) X(layer_cake::realm::Bye) X(layer_cake::realm::Wanted) X(layer_cake::realm::Question)   \
    X(layer_cake::realm::FamilyAnswer) X(layer_cake::realm::MemberCard) X(layer_cake::realm::Answer)
LAYER_CAKE_REALM_MESSAGES(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on
