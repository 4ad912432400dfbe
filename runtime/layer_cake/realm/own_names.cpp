#include <algorithm>
#include <layer_cake/core/pattern.hpp>
#include <layer_cake/directory/places.hpp>
#include <layer_cake/directory/search_text.hpp>
#include <layer_cake/realm/envelope.hpp>
#include <layer_cake/realm/own_names.hpp>
#include <set>

namespace layer_cake::realm {
namespace {

constexpr std::size_t most_recent = 64;      ///< families in a beat
constexpr std::size_t beats_told = 4;        ///< a change is in so many beats, if there is room
constexpr std::size_t cost_of_pattern = 500; ///< to make it, in names that are compared

std::size_t size_of(std::string_view name, std::string_view host) {
    return name_overhead + name.size() + host.size();
}

/// Of this host's own, whatever they are called elsewhere.
bool is_any(std::string_view host) {
    return host == "0.0.0.0" || host == "::" || host == "::1";
}

} // namespace

bool OwnNames::publish(const directory::Published& published) {
    const auto port = published.listening_ipp.port.value_or(0);
    if (port <= 0 || port > 65'535) return false;
    Reached reached{published.published_id, published.encrypted, published.listening_ipp.host.value_or("127.0.0.1"),
                    static_cast<std::uint16_t>(port)};
    if (directory::is_loopback({reached.host, port}) || is_any(reached.host)) reached.host = host_;
    const auto family = family_of_name(published.name);
    if (const auto old = ids_.find(published.published_id); old != ids_.end()) {
        if (old->second.second == published.name && families_.at(family).names.at(published.name) == reached)
            return false;
        withdraw(published.published_id);
    }
    auto [own, is_new] = families_.try_emplace(family);
    if (is_new) {
        own->second.revision = forgotten_; // it may have been there before
        turned_[family] = true;
    }
    auto [name, is_first] = own->second.names.try_emplace(published.name, reached);
    if (!is_first) {
        ids_.erase(name->second.id); // another publisher has taken it over
        name->second = reached;
    }
    ids_.emplace(published.published_id, std::pair(family, published.name));
    touch(family, published.name, true);
    return true;
}

bool OwnNames::withdraw(const type::Uuid& id) {
    const auto found = ids_.find(id);
    if (found == ids_.end()) return false;
    const auto [family, name] = found->second;
    ids_.erase(found);
    families_.at(family).names.erase(name);
    touch(family, name, false);
    return true;
}

void OwnNames::touch(Family family, const std::string& name, bool is_there) {
    pending_[family].names[name] = is_there;
}

/// What beats tell of.
void OwnNames::note(Family family) {
    std::erase_if(recent_, [&](const FamilyRevision& one) { return one.family == family; });
    recent_.push_back({family, revision_});
    if (recent_.size() <= most_recent) return;
    since_ = recent_.front().revision;
    recent_.pop_front();
}

std::optional<FarName> OwnNames::find(const std::string& name, const type::Uuid& id) const {
    const auto found = ids_.find(id);
    if (found == ids_.end() || found->second.second != name) return std::nullopt;
    return far_name(*families_.at(found->second.first).names.find(name));
}

FarName OwnNames::far_name(const Names::value_type& one) {
    return {one.first, one.second.id, one.second.encrypted, one.second.host, one.second.port};
}

std::vector<Changes> OwnNames::take_changes() {
    std::vector<Changes> all;
    for (const auto& [family, pending] : std::exchange(pending_, {})) {
        auto& own = families_.at(family);
        std::size_t room = 0;
        for (const auto& [name, is_there] : pending.names) {
            const auto now = own.names.find(name);
            const auto size = size_of(name, now == own.names.end() ? "" : std::string_view(now->second.host));
            if (room < size) {
                all.push_back({member_, family, ++revision_, own.revision, {}, {}});
                own.revision = revision_;
                room = longest_ - std::min(longest_, message_overhead);
            }
            room -= std::min(room, size);
            if (is_there)
                all.back().published.push_back(far_name(*now));
            else
                all.back().withdrawn.push_back(name);
        }
        note(family);
        if (!own.names.empty()) continue;
        forgotten_ = std::max(forgotten_, own.revision);
        families_.erase(family);
        if (const auto turned = turned_.find(family); turned != turned_.end() && turned->second)
            turned_.erase(turned);
        else
            turned_[family] = false;
    }
    return all;
}

std::optional<Changes> OwnNames::unchanged(Family family) const {
    const auto own = families_.find(family);
    if (own == families_.end()) return std::nullopt;
    return Changes{member_, family, revision_, own->second.revision, {}, {}};
}

std::optional<Family> OwnNames::next(Family behind) const {
    const auto own = families_.upper_bound(behind);
    return own == families_.end() ? std::nullopt : std::optional(own->first);
}

Beat OwnNames::beat() {
    Beat beat{member_, ++beats_, revision_, since_, {}};
    beat.changed.assign(recent_.begin(), recent_.end());
    revisions_.push_back(revision_);
    if (revisions_.size() <= beats_told) return beat;
    while (!recent_.empty() && recent_.front().revision <= revisions_.front())
        recent_.pop_front();
    since_ = std::max(since_, revisions_.front());
    revisions_.pop_front();
    return beat;
}

std::size_t OwnNames::compared_for(const Wanted& wanted) const {
    std::size_t patterns = 0;
    for (const auto& search : wanted.searches)
        patterns += directory::is_plain(search) ? 0 : 1;
    const auto own = families_.find(wanted.family);
    const auto names = wanted.family == all_families ? ids_.size()
                       : own == families_.end()      ? 0
                                                     : own->second.names.size();
    const bool looks_at_each = patterns > 0 || wanted.searches.empty();
    return 1 + wanted.searches.size() + patterns * cost_of_pattern +
           (looks_at_each ? names * std::max<std::size_t>(patterns, 1) : 0);
}

std::vector<FamilyAnswer> OwnNames::answer(const Wanted& wanted) const {
    std::set<std::string, std::less<>> plain;
    std::vector<Pattern> patterns;
    for (const auto& search : wanted.searches) {
        if (directory::is_plain(search)) {
            plain.insert(search);
        } else {
            auto pattern = Pattern::compile(search, directory::pattern_memory);
            if (!pattern) return {};
            patterns.push_back(std::move(*pattern));
        }
    }
    std::vector<FamilyAnswer> parts{{wanted.family, 0, true, {}}};
    std::size_t room = longest_ - std::min(longest_, message_overhead);
    const auto add = [&](const Names::value_type& one) {
        const auto size = size_of(one.first, one.second.host);
        if (room < size) {
            parts.back().is_last = false;
            parts.push_back({wanted.family, parts.back().part + 1, true, {}});
            room = longest_ - std::min(longest_, message_overhead);
        }
        room -= std::min(room, size);
        parts.back().names.push_back(far_name(one));
    };
    const auto look = [&](const Names& names) {
        if (patterns.empty() && !wanted.searches.empty()) {
            for (const auto& name : plain)
                if (const auto one = names.find(name); one != names.end()) add(*one);
            return;
        }
        for (const auto& one : names)
            if (wanted.searches.empty() || plain.contains(one.first) ||
                std::any_of(patterns.begin(), patterns.end(),
                            [&](const auto& pattern) { return pattern.matches_whole(one.first); }))
                add(one);
    };
    if (wanted.family == all_families)
        for (const auto& [family, own] : families_)
            look(own.names);
    else if (const auto own = families_.find(wanted.family); own != families_.end())
        look(own->second.names);
    return parts;
}

} // namespace layer_cake::realm
