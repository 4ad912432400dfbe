#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/utf8.hpp>
#include <layer_cake/realm/replica_turn.hpp>
#include <set>

/// What a replica makes of what other members say.
namespace layer_cake::realm {
namespace {

constexpr std::size_t longest_text = 255; ///< of a card; and of a host

/// A path would be a socket of this host.
bool is_good_host(std::string_view host) {
    return !host.empty() && host.size() <= longest_text &&
           std::all_of(host.begin(), host.end(), [](unsigned char c) { return c > ' ' && c < 0x7F && c != '/'; });
}

bool is_good(const MemberCard& card) {
    return card.member != 0 && card.site.size() <= longest_text && card.node.size() <= longest_text &&
           is_good_host(card.host) && (card.site_key.empty() || card.site_key.size() == 32);
}

} // namespace

void Replica::hear(const Changes& changes, Turn& turn) {
    if (changes.member == own_.member()) return;
    auto* family_interest = interests_.find(changes.family);
    const bool wants_all = interests_.wants_all();
    if (changes.family == all_families || (!family_interest && !wants_all)) {
        ++figures_.unwanted;
        return;
    }
    const bool is_change = !changes.published.empty() || !changes.withdrawn.empty();
    auto* member = members_.find(changes.member);
    if (!member) {
        const bool matters = !is_change || std::any_of(changes.published.begin(), changes.published.end(),
                                                       [&](const FarName& one) { return interests_.wants(one.name); });
        if (matters) challenge(changes.member, family_interest ? changes.family : all_families, turn);
        return;
    }
    const auto see = [&](Family family, std::uint64_t previous) {
        auto& slice = member->slices[family];
        bool is_news = true;
        if (is_change)
            is_news = slice.step(previous, changes.revision);
        else
            slice.seen = std::max(slice.seen, previous);
        if (slice.is_behind(interests_.newest(family))) member->behind.insert(family);
        return is_news;
    };
    bool is_news = false;
    if (wants_all) is_news = see(all_families, is_change ? changes.revision - 1 : changes.revision);
    if (family_interest) is_news = see(changes.family, changes.previous);
    if (!is_news) {
        ++figures_.late;
        return;
    }
    if (!is_change) return mend(*member, turn); // it may be an old one, said again: no sign of life
    if (!member->changes.take(1 + changes.published.size() + changes.withdrawn.size(), turn.now)) {
        ++figures_.flood;
        for (const auto family : {changes.family, all_families})
            if (const auto slice = member->slices.find(family); slice != member->slices.end()) {
                slice->second.revision = std::min(slice->second.revision, changes.revision - 1); // not taken
                slice->second.asked = turn.now;
                member->behind.insert(family);
            }
        return;
    }
    if (changes.revision > member->newest) {
        member->newest = changes.revision;
        member->heard = turn.now;
        revive(*member, turn);
    }
    News news;
    auto& slice = member->slices[changes.family];
    for (const auto& name : changes.withdrawn)
        if (const auto there = slice.names.find(name); there != slice.names.end()) remove(*member, slice, there, news);
    for (const auto& name : changes.published)
        put(*member, changes.family, name, news);
    tell_node(*member, news, turn);
    mend(*member, turn);
}

void Replica::hear(const Beat& beat, Turn& turn) {
    auto* member = members_.find(beat.member);
    if (!member || beat.count <= member->beats) {
        ++figures_.late;
        return;
    }
    member->beats = beat.count;
    member->newest = std::max(member->newest, beat.revision);
    member->heard = turn.now;
    revive(*member, turn);
    const auto compare = [&](Family family, std::uint64_t revision) {
        if (!interests_.find(family)) return;
        auto& slice = member->slices[family];
        slice.seen = std::max(slice.seen, revision);
        if (slice.is_behind(interests_.newest(family))) member->behind.insert(family);
    };
    compare(all_families, beat.revision);
    if (beat.since > member->checked)
        for (const auto& [family, interest] : interests_.families())
            compare(family, beat.revision);
    else
        for (const auto& changed : beat.changed)
            if (changed.family != all_families) compare(changed.family, changed.revision);
    member->checked = std::max(member->checked, beat.revision);
    mend(*member, turn);
}

void Replica::hear(const Bye& bye, Turn& turn) {
    auto* member = members_.find(bye.member);
    if (!member) return;
    turn.effects.news.push_back(
        fmt::format("site \"{}\" ({}) has left", terminal_safe(member->card.site), terminal_safe(member->card.node)));
    forget(*member, turn);
}

void Replica::hear(const Answer& told, Turn& turn) {
    const auto* asked = questions_.find(told.nonce);
    if (!asked || (asked->to != 0 && asked->to != told.card.member)) {
        ++figures_.late;
        return;
    }
    if (!is_good(told.card)) {
        ++figures_.malformed;
        return;
    }
    if (told.card.member == own_.member()) return;
    auto* member = known(told.card, told.revision, turn);
    if (!member) return;
    for (const auto& part : told.families) {
        if (!questions_.is_first(told.nonce, member->id(), part)) {
            ++figures_.late;
            continue;
        }
        member->heard = turn.now;
        revive(*member, turn);
        const auto* about = asked->find(part.family);
        auto* interest = interests_.find(part.family);
        if (!about || !interest) {
            ++figures_.unwanted;
            continue;
        }
        interest->tries = 0;
        if (const auto all = questions_.gather(told.nonce, member->id(), part, options_.limits.names_of_member)) {
            take(*member, *about, *all, told.revision, turn);
        } else { // should the rest be lost, it is asked for again
            auto& slice = member->slices[part.family];
            slice.seen = std::max(slice.seen, std::max<std::uint64_t>(told.revision, 1));
            slice.asked = turn.now;
            member->behind.insert(part.family);
        }
    }
    follow(*member, turn);
    mend(*member, turn);
}

/// The member with that card, new or not; null when there is no room for it.
/// @param revision  that it has told of
FarMember* Replica::known(const MemberCard& card, std::uint64_t revision, Turn& turn) {
    if (auto* member = members_.find(card.member)) {
        member->card = card;
        return member;
    }
    if (members_.size() >= options_.limits.members) {
        ++figures_.over_limit;
        return nullptr;
    }
    auto& member = members_.add(card, options_.limits, turn.now);
    member.checked = member.newest = revision;
    node_.child_connected(member.child, card.host);
    turn.effects.news.push_back(
        fmt::format("site \"{}\" ({}) is there", terminal_safe(card.site), terminal_safe(card.node)));
    return &member;
}

void Replica::take(FarMember& member, const Questions::About& about, const std::vector<FarName>& names,
                   std::uint64_t revision, Turn& turn) {
    auto& slice = member.slices[about.family];
    // Something newer has come on another way, or it was asked with fewer searches than another that came first.
    if (revision < slice.seen || about.up_to < std::min(slice.searches, interests_.newest(about.family))) {
        ++figures_.late;
        member.behind.insert(about.family);
        return;
    }
    News news;
    if (about.is_whole) {
        std::set<std::string_view> there;
        for (const auto& name : names)
            there.insert(name.name);
        for (auto& [family, from] : member.slices) {
            // Of a family that is searched itself nobody else says what is missing.
            if (family != about.family && (about.family != all_families || interests_.find(family))) continue;
            for (auto at = from.names.begin(); at != from.names.end();)
                if (const auto one = at++; !there.contains(one->first)) remove(member, from, one, news);
        }
    }
    for (const auto& name : names) {
        const auto family = about.family == all_families ? family_of_name(name.name) : about.family;
        const auto own = member.slices.find(family);
        const bool is_older = about.family == all_families && interests_.find(family) && own != member.slices.end() &&
                              own->second.seen > revision;
        if (!is_older) put(member, family, name, news);
    }
    if (about.is_whole) slice.revision = slice.seen = revision;
    if (about.after <= slice.searches) slice.searches = std::max(slice.searches, about.up_to);
    if (about.family == all_families)
        for (auto& [family, other] : member.slices) // their names have come along
            if (const auto* own = interests_.find(family);
                own && other.seen <= revision && own->newest <= other.searches && about.after <= other.searches)
                other.searches = std::max(other.searches, about.up_to);
    if (slice.is_behind(interests_.newest(about.family)))
        member.behind.insert(about.family);
    else
        member.behind.erase(about.family);
    tell_node(member, news, turn);
}

void Replica::put(FarMember& member, Family family, const FarName& name, News& news) {
    if (!directory::check_name(name.name) || valid_utf8_prefix(name.name) != name.name.size() || name.port == 0 ||
        !is_good_host(name.host) || family_of_name(name.name) != family) {
        ++figures_.bad_names;
        return;
    }
    if (!interests_.wants(name.name)) return;
    auto& slice = member.slices[family];
    if (interests_.find(family) && slice.is_behind(interests_.newest(family))) member.behind.insert(family);
    const auto there = slice.names.find(name.name);
    if (there == slice.names.end()) {
        const auto& limits = options_.limits;
        if (members_.names >= limits.names || member.names >= limits.names_of_member ||
            members_.bytes + name.name.size() > limits.bytes) {
            ++figures_.over_limit;
            return;
        }
        slice.names.emplace(name.name, name.published_id);
        ++member.names;
        ++members_.names;
        members_.bytes += name.name.size();
    } else if (there->second != name.published_id) {
        news.cleared.publishers.insert(there->second);
        there->second = name.published_id;
    }
    directory::Published published;
    published.name = name.name;
    published.scope = directory::Scope::WAN;
    published.encrypted = name.encrypted;
    published.published_id = name.published_id;
    published.listening_ipp = {name.host, name.port};
    published.home_address = type::Address(member.child); // nothing is sent there: it says whose the name is
    news.published.published.push_back(std::move(published));
}

void Replica::remove(FarMember& member, Slice& slice, std::map<std::string, type::Uuid>::iterator name, News& news) {
    news.cleared.publishers.insert(name->second);
    --member.names;
    --members_.names;
    members_.bytes -= name->first.size();
    slice.names.erase(name);
}

void Replica::tell_node(FarMember& member, News& news, Turn& turn) {
    if (!news.cleared.publishers.empty()) node_.received(member.child, news.cleared, turn.below);
    if (!news.published.published.empty()) node_.received(member.child, news.published, turn.below);
    drain(turn);
    follow(member, turn);
}

/// It is asked for all of it should it come back.
void Replica::lose_names(FarMember& member, Turn& turn) {
    node_.child_lost(member.child, turn.below);
    node_.child_connected(member.child, member.card.host);
    drain(turn);
    for (auto& [family, slice] : member.slices) {
        for (const auto& [name, id] : slice.names)
            members_.bytes -= name.size();
        members_.names -= slice.names.size();
        slice.names.clear();
        slice.revision = 0;
        slice.seen = std::max<std::uint64_t>(slice.seen, 1);
        if (interests_.find(family)) member.behind.insert(family);
    }
    member.names = 0;
}

void Replica::forget(FarMember& member, Turn& turn) {
    lose_names(member, turn);
    node_.child_lost(member.child, turn.below);
    if (member.is_watched) turn.effects.watches.push_back({subjects_.life(member.id()), false});
    members_.remove(member);
}

void Replica::revive(FarMember& member, Turn& turn) {
    if (!std::exchange(member.is_gone, false)) return;
    turn.effects.news.push_back(fmt::format("site \"{}\" ({}) is there again", terminal_safe(member.card.site),
                                            terminal_safe(member.card.node)));
}

/// The life of those is watched of whom there are names, or were.
void Replica::follow(FarMember& member, Turn& turn) {
    const bool does = member.names > 0 || member.is_gone || member.is_watched;
    if (does == member.is_watched) return;
    member.is_watched = does;
    turn.effects.watches.push_back({subjects_.life(member.id()), does});
}

} // namespace layer_cake::realm
