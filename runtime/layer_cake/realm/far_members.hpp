#pragma once

#include <layer_cake/directory/allowance.hpp>
#include <layer_cake/realm/interests.hpp>
#include <layer_cake/realm/realm_limits.hpp>
#include <memory>
#include <set>

namespace layer_cake::realm {

/// What is known of one family of one member, and as of which of its revisions.
struct Slice {
    std::uint64_t revision = 0; ///< everything up to this is known here
    std::uint64_t seen = 0;     ///< the newest that was heard of
    std::uint64_t searches = 0; ///< it was asked about all searches up to this number
    Instant asked{};            ///< the member, last
    std::map<std::string, type::Uuid> names;

    /// @param newest  search that concerns the family
    bool is_behind(std::uint64_t newest) const { return revision < seen || searches < newest; }
    /// An announcement of that revision, before which the family was as at `previous`. False: it is late.
    bool step(std::uint64_t previous_one, std::uint64_t its_own) {
        if (its_own <= seen) return false;
        if (revision == seen && previous_one <= revision) revision = its_own;
        seen = its_own;
        return true;
    }
};

/// Another node of the realm, and what this site keeps of it.
struct FarMember {
    FarMember(MemberCard card, std::int64_t child, const RealmLimits& limits, Instant now)
        : card(std::move(card)), child(child), heard(now), changes(limits.changes, limits.changes_a_second, now) {}

    MemberCard card;
    std::int64_t child; ///< its number in the node
    Instant heard;
    std::uint64_t beats = 0;   ///< its last one
    std::uint64_t newest = 0;  ///< of its revisions, as far as is known here
    std::uint64_t checked = 0; ///< its revision up to which all families have been compared
    std::size_t names = 0;
    bool is_watched = false; ///< its beats come in
    bool is_gone = false;    ///< its lease ran out; it may come back
    directory::Allowance changes;
    std::map<Family, Slice> slices; ///< that of `all_families` has no names: they stand in their families'
    std::set<Family> behind;

    MemberId id() const { return card.member; }
    Duration lease() const {
        const std::chrono::milliseconds told(std::min<std::uint64_t>(card.lease, 600'000));
        return std::max<Duration>(told, std::chrono::seconds(1));
    }
};

/// All members that are known.
class FarMembers {
public:
    FarMember* find(MemberId id) {
        const auto found = members_.find(id);
        return found == members_.end() ? nullptr : found->second.get();
    }
    const FarMember* find(MemberId id) const { return const_cast<FarMembers*>(this)->find(id); }
    FarMember* by_child(std::int64_t child) {
        const auto found = children_.find(child);
        return found == children_.end() ? nullptr : find(found->second);
    }
    FarMember& add(MemberCard card, const RealmLimits& limits, Instant now) {
        const auto id = card.member;
        auto& made = members_[id] = std::make_unique<FarMember>(std::move(card), ++last_child_, limits, now);
        children_[made->child] = id;
        return *made;
    }
    void remove(const FarMember& member) {
        children_.erase(member.child);
        members_.erase(member.id());
    }
    std::size_t size() const { return members_.size(); }
    auto begin() const { return members_.begin(); }
    auto end() const { return members_.end(); }

    std::size_t names = 0, bytes = 0; ///< of all

private:
    std::map<MemberId, std::unique_ptr<FarMember>> members_;
    std::unordered_map<std::int64_t, MemberId> children_;
    std::int64_t last_child_ = 0;
};

} // namespace layer_cake::realm
