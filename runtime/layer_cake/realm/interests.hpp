#pragma once

#include <layer_cake/directory/name_index.hpp>
#include <layer_cake/realm/own_names.hpp>

namespace layer_cake::realm {

/// What a site searches for in the realm, by family. Pure.
class Interests {
public:
    struct FamilyInterest {
        /// Each text once, by the number it came with. A slice of a family (FarMember) is as new as the last of them
        /// that it was asked about.
        std::map<std::uint64_t, std::string> searches;
        std::uint64_t newest = 0; ///< number given; stays when its search goes
        bool is_whole(std::uint64_t after) const { return searches.empty() || searches.begin()->first > after; }
        Instant asked{};    ///< everybody, last
        unsigned tries = 0; ///< without an answer
    };
    /// What an addition or a removal has changed.
    struct Change {
        Family family = 0;
        bool is_new_search = false; ///< nobody had searched for that text
        bool is_new_family = false;
        bool is_end_of_family = false; ///< nobody searches it any more
    };

    Interests() = default;
    Interests(const Interests&) = delete;
    Interests& operator=(const Interests&) = delete;
    ~Interests();

    /// Nothing when it is no search, or is known.
    std::optional<Change> add(const type::Uuid& id, const std::string& search);
    std::optional<Change> remove(const type::Uuid& id);

    /// Whether anything of the family may be searched for.
    bool has(Family family) const { return wants_all() || families_.contains(family); }
    bool wants_all() const { return families_.contains(all_families); }
    bool wants(std::string_view name) const;
    bool wants(std::string_view name, Family by) const; ///< by a search of that family's
    FamilyInterest* find(Family family) {
        const auto found = families_.find(family);
        return found == families_.end() ? nullptr : &found->second;
    }
    const std::map<Family, FamilyInterest>& families() const { return families_; }
    std::map<Family, FamilyInterest>& families() { return families_; }

    /// For a question: what came after that number. Nothing in it: all names, because the searches are too many.
    static std::vector<std::string> searches_after(const FamilyInterest& interest, std::uint64_t number);

private:
    struct Kept : directory::Seeking {
        std::size_t count = 0; ///< of those who search for it
        Family family = 0;
        std::uint64_t number = 0;
    };

    directory::NameIndex index_;
    std::unordered_map<std::string, Kept> searches_; ///< by text
    std::unordered_map<type::Uuid, std::string, UuidHash> ids_;
    std::map<Family, FamilyInterest> families_;
    std::uint64_t last_number_ = 0;
};

} // namespace layer_cake::realm
