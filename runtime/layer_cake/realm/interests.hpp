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
        Instant asked{};          ///< everybody, last
        unsigned tries = 0;       ///< without an answer
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
    FamilyInterest* find(Family family) {
        const auto found = families_.find(family);
        return found == families_.end() ? nullptr : &found->second;
    }
    const std::map<Family, FamilyInterest>& families() const { return families_; }
    std::map<Family, FamilyInterest>& families() { return families_; }

    // A family that is searched itself is asked for what the searches of all families want of it, too.

    /// The number of the last search that concerns the family.
    std::uint64_t newest(Family family) const;
    /// For a question: what came after that number. Nothing in it: all names, because the searches are too many.
    std::vector<std::string> searches_after(Family family, std::uint64_t number) const;
    /// Whether that is all there are.
    bool is_whole(Family family, std::uint64_t after) const;

private:
    struct Kept : directory::Seeking {
        std::size_t count = 0; ///< of those who search for it
        Family family = 0;
        std::uint64_t number = 0;
    };

    std::vector<const FamilyInterest*> concerning(Family family) const;

    directory::NameIndex index_;
    std::unordered_map<std::string, Kept> searches_; ///< by text
    std::unordered_map<type::Uuid, std::string, UuidHash> ids_;
    std::map<Family, FamilyInterest> families_;
    std::uint64_t last_number_ = 0;
};

} // namespace layer_cake::realm
