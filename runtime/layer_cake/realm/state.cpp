#include <algorithm>
#include <layer_cake/realm/replica.hpp>
#include <layer_cake/realm/state.hpp>

LAYER_CAKE_REALM_STATE(LAYER_CAKE_MADE_HERE)

namespace layer_cake::realm {
namespace {

constexpr std::size_t most_members = 1'000;

MemberState state_of(const FarMember& member, Instant now) {
    const auto ms = [](Duration span) {
        return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
    };
    const auto& card = member.card;
    MemberState state{card.site, card.node, hex_text(card.member), card.host, card.gateway_port, member.names};
    state.heard_ms = ms(std::max<Duration>(now - member.heard, Duration::zero()));
    state.lease_ms = ms(member.lease());
    state.is_gone = member.is_gone;
    return state;
}

} // namespace

RealmState Replica::state(Instant now) const {
    const auto figures = this->figures();
    const auto& card = options_.card;
    RealmState state;
    state.realm = options_.realm;
    state.site = card.site;
    state.node = card.node;
    state.id = hex_text(card.member);
    state.host = card.host;
    state.gateway_port = card.gateway_port;
    state.is_signed = envelope_.is_signed();
    state.sent = figures.sent;
    state.sent_bytes = figures.sent_bytes;
    state.received = figures.received;
    state.received_bytes = figures.received_bytes;
    state.own_names = figures.own_names;
    state.names = figures.names;
    state.families = figures.families;
    state.expired = figures.expired;
    state.refused = {figures.forged, figures.malformed,  figures.late,     figures.unwanted,
                     figures.flood,  figures.over_limit, figures.bad_names};
    for (const auto& [id, member] : members_) {
        if (state.members.size() == most_members) break;
        state.members.push_back(state_of(*member, now));
    }
    state.left_out = members_.size() - state.members.size();
    std::sort(state.members.begin(), state.members.end(),
              [](const auto& a, const auto& b) { return std::tie(a.site, a.node) < std::tie(b.site, b.node); });
    return state;
}

} // namespace layer_cake::realm
