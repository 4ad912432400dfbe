#pragma once

#include <cstring>
#include <deque>
#include <layer_cake/directory/messages.hpp>
#include <layer_cake/realm/messages.hpp>
#include <layer_cake/realm/subjects.hpp>
#include <map>
#include <optional>
#include <unordered_map>

namespace layer_cake::realm {

struct UuidHash {
    std::size_t operator()(const type::Uuid& id) const {
        std::uint64_t words[2];
        std::memcpy(words, id.bytes.data(), sizeof words);
        return words[0] ^ words[1] * 0x9E3779B97F4A7C15u;
    }
};

/// What a site has to tell the realm: its names by family, and when each family changed. Pure.
class OwnNames {
public:
    /// @param host  instead of one that only this host itself knows by that name
    OwnNames(MemberId member, std::string host, std::size_t longest)
        : member_(member), host_(std::move(host)), longest_(longest) {}

    /// False: it cannot be reached, or is there already just so.
    bool publish(const directory::Published& published);
    bool withdraw(const type::Uuid& id);

    /// What changed since the last call, in messages of bounded size; each counts as a revision.
    std::vector<Changes> take_changes();
    /// Families that are new (true) or have no names any more, since the last call.
    std::map<Family, bool> take_families() { return std::exchange(turned_, {}); }

    /// What is to be said of a family that has not changed; nothing when it has no names.
    std::optional<Changes> unchanged(Family family) const;
    /// The next family behind that one, in turn; nothing when there are no more.
    std::optional<Family> next(Family behind) const;
    Beat beat();

    /// How many names are looked at to answer that.
    std::size_t compared_for(const Wanted& wanted) const;
    /// Those wanted, in parts of bounded size; one part without names when there are none. Nothing when a search is no
    /// search.
    std::vector<FamilyAnswer> answer(const Wanted& wanted) const;

    /// Where it is; nothing when that is not published here.
    std::optional<FarName> find(const std::string& name, const type::Uuid& id) const;

    MemberId member() const { return member_; }
    std::uint64_t revision() const { return revision_; }
    std::size_t families() const { return families_.size(); }
    std::size_t names() const { return ids_.size(); }
    bool has(Family family) const { return families_.contains(family); }

private:
    struct Reached {
        type::Uuid id;
        bool encrypted = false;
        std::string host;
        std::uint16_t port = 0;
        friend bool operator==(const Reached&, const Reached&) = default;
    };
    using Names = std::map<std::string, Reached, std::less<>>;
    struct OwnFamily {
        std::uint64_t revision = 0; ///< of its last change
        Names names;
    };
    struct Pending {
        std::map<std::string, bool> names; ///< true: published, as it stands in families_
    };

    void touch(Family family, const std::string& name, bool is_there);
    void note(Family family);
    static FarName far_name(const Names::value_type& one);

    MemberId member_;
    std::string host_;
    std::size_t longest_;
    std::uint64_t revision_ = 0, forgotten_ = 0, beats_ = 0;
    std::map<Family, OwnFamily> families_;
    std::unordered_map<type::Uuid, std::pair<Family, std::string>, UuidHash> ids_;
    std::map<Family, Pending> pending_;
    std::map<Family, bool> turned_;
    std::deque<FamilyRevision> recent_;   ///< what changed after since_, each family once
    std::deque<std::uint64_t> revisions_; ///< at the last beats
    std::uint64_t since_ = 0;
};

} // namespace layer_cake::realm
