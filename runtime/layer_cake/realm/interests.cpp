#include <layer_cake/realm/interests.hpp>

namespace layer_cake::realm {
namespace {

constexpr std::size_t most_searches = 100, most_bytes = 16u << 10; ///< in a question about one family

} // namespace

Interests::~Interests() {
    for (auto& [search, kept] : searches_)
        index_.remove(kept);
}

std::optional<Interests::Change> Interests::add(const type::Uuid& id, const std::string& search) {
    if (ids_.contains(id)) return std::nullopt;
    const auto [found, is_new] = searches_.try_emplace(search);
    auto& kept = found->second;
    if (is_new && !index_.add(kept, search)) {
        searches_.erase(found);
        return std::nullopt;
    }
    ids_.emplace(id, search);
    ++kept.count;
    Change change;
    if (is_new) kept.family = family_of_search(search);
    change.family = kept.family;
    if (!is_new) return change;
    const auto [family, is_first] = families_.try_emplace(kept.family);
    kept.number = family->second.newest = ++last_number_;
    family->second.searches.emplace(kept.number, search);
    change.is_new_search = true;
    change.is_new_family = is_first;
    return change;
}

std::optional<Interests::Change> Interests::remove(const type::Uuid& id) {
    const auto one = ids_.find(id);
    if (one == ids_.end()) return std::nullopt;
    const auto found = searches_.find(one->second);
    ids_.erase(one);
    auto& kept = found->second;
    Change change;
    change.family = kept.family;
    if (--kept.count != 0) return change;
    const auto family = families_.find(kept.family);
    family->second.searches.erase(kept.number);
    change.is_end_of_family = family->second.searches.empty();
    if (change.is_end_of_family) families_.erase(family);
    index_.remove(kept);
    searches_.erase(found);
    return change;
}

bool Interests::wants(std::string_view name) const {
    bool does = false;
    index_.each_seeking(name, [&](directory::Seeking&) { does = true; });
    return does;
}

std::vector<const Interests::FamilyInterest*> Interests::concerning(Family family) const {
    std::vector<const FamilyInterest*> all;
    if (const auto own = families_.find(family); own != families_.end()) all.push_back(&own->second);
    if (family == all_families) return all;
    if (const auto wide = families_.find(all_families); wide != families_.end()) all.push_back(&wide->second);
    return all;
}

std::uint64_t Interests::newest(Family family) const {
    std::uint64_t newest = 0;
    for (const auto* one : concerning(family))
        newest = std::max(newest, one->newest);
    return newest;
}

bool Interests::is_whole(Family family, std::uint64_t after) const {
    for (const auto* one : concerning(family))
        if (!one->searches.empty() && one->searches.begin()->first <= after) return false;
    return true;
}

std::vector<std::string> Interests::searches_after(Family family, std::uint64_t number) const {
    std::vector<std::string> all;
    std::size_t bytes = 0;
    for (const auto* one : concerning(family))
        for (auto at = one->searches.upper_bound(number); at != one->searches.end(); ++at) {
            bytes += at->second.size();
            if (all.size() == most_searches || bytes > most_bytes) return {};
            all.push_back(at->second);
        }
    return all;
}

} // namespace layer_cake::realm
