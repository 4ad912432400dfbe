#pragma once

#include <boost/intrusive/set.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <layer_cake/core/pattern.hpp>
#include <layer_cake/directory/search_text.hpp>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace layer_cake::directory {

/// A name in an index: the base of what its owner knows of it. Stays where it is while it is in the index.
struct Named : boost::intrusive::set_base_hook<boost::intrusive::optimize_size<true>> {
    std::string name;
};

struct SearchGroup;

/// A search in an index, likewise.
struct Seeking {
    SearchGroup* group = nullptr; ///< of all that search for the same; null when it is in no index
    std::size_t place = 0;        ///< in the group
    const std::string& search() const;
};

/// All that search for the same text: it is compiled, and matched, once.
struct SearchGroup {
    std::string search;
    std::string prefix;             ///< that every match begins with
    std::optional<Pattern> pattern; ///< nothing: the search is a plain name
    std::vector<Seeking*> seekers;
};

inline const std::string& Seeking::search() const {
    return group->search;
}

/// Names, each there once, and searches for them: which match which.
///
/// A search is a plain name or a pattern that is to match the whole of a name. Names are found by their hash, and in
/// order by their beginning; a pattern is tried on the names that begin as it begins, only, and a name only with the
/// patterns that begin as it does. What a new name costs does not grow with the number of other names, what a new
/// pattern costs not with those that begin otherwise. A pattern that begins with no plain character is compared with
/// all.
class NameIndex {
public:
    NameIndex() = default;
    NameIndex(const NameIndex&) = delete;
    NameIndex& operator=(const NameIndex&) = delete;
    ~NameIndex();

    /// False when the name is there already.
    bool add(Named& named);
    void remove(Named& named);
    Named* find(std::string_view name) const;

    /// Fails with `invalid` as check_search() does.
    Result<void> add(Seeking& seeking, std::string_view search);
    void remove(Seeking& seeking);

    std::size_t names() const { return names_.size(); }

    /// Calls `match(Seeking&)` for each search that the name is a match of. It must not change the index.
    template <class Match>
    void each_seeking(std::string_view name, Match match) const {
        if (const auto plain = groups_.find(std::string(name)); plain != groups_.end() && !plain->second->pattern)
            each(*plain->second, match);
        for (const auto& [length, count] : lengths_) {
            if (length > name.size()) break;
            const auto group = patterns_.find(std::string(name.substr(0, length)));
            if (group == patterns_.end()) continue;
            for (const auto* one : group->second)
                if (one->pattern->matches_whole(name)) each(*one, match);
        }
    }
    /// Calls `match(Named&)` for each name that is a match of the search, which is in the index. Stops when so many
    /// names have been looked at, and goes on behind `last` when it is called again; true when there are no more.
    template <class Match>
    bool each_named(const Seeking& seeking, std::string& last, std::size_t most, Match match) const {
        const auto& group = *seeking.group;
        if (!group.pattern) {
            if (auto* named = find(group.search)) match(*named);
            return true;
        }
        auto at = last.empty() ? order_.lower_bound(group.prefix, Before{}) : order_.upper_bound(last, Before{});
        for (; at != order_.end() && at->name.starts_with(group.prefix); ++at) {
            if (most-- == 0) return false;
            last = at->name;
            if (group.pattern->matches_whole(at->name)) match(const_cast<Named&>(*at));
        }
        return true;
    }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
        std::size_t operator()(const Named* named) const { return (*this)(std::string_view(named->name)); }
    };
    struct Equal {
        using is_transparent = void;
        static std::string_view text(std::string_view name) { return name; }
        static std::string_view text(const Named* named) { return named->name; }
        bool operator()(const auto& a, const auto& b) const { return text(a) == text(b); }
    };
    struct Before {
        static std::string_view text(std::string_view name) { return name; }
        static std::string_view text(const Named& named) { return named.name; }
        bool operator()(const auto& a, const auto& b) const { return text(a) < text(b); }
    };

    template <class Match>
    static void each(const SearchGroup& group, Match& match) {
        for (auto* seeking : group.seekers)
            match(*seeking);
    }

    boost::unordered_flat_set<Named*, Hash, Equal> names_;
    boost::intrusive::set<Named, boost::intrusive::compare<Before>> order_;
    std::unordered_map<std::string, std::unique_ptr<SearchGroup>> groups_;      ///< by their text
    std::unordered_map<std::string, std::vector<const SearchGroup*>> patterns_; ///< by their prefix
    std::map<std::size_t, std::size_t> lengths_; ///< of those prefixes, and how many have it
};

} // namespace layer_cake::directory
