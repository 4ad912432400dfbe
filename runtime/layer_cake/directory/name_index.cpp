#include <algorithm>
#include <cassert>
#include <layer_cake/directory/name_index.hpp>

namespace layer_cake::directory {

NameIndex::~NameIndex() {
    order_.clear();
}

bool NameIndex::add(Named& named) {
    if (!names_.insert(&named).second) return false;
    order_.insert(named);
    return true;
}

void NameIndex::remove(Named& named) {
    names_.erase(&named);
    order_.erase(order_.iterator_to(named));
}

Named* NameIndex::find(std::string_view name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : *found;
}

Result<void> NameIndex::add(Seeking& seeking, std::string_view search) {
    auto found = groups_.find(std::string(search));
    if (found == groups_.end()) {
        auto group = std::make_unique<SearchGroup>();
        group->search = search;
        if (search.empty() || is_plain(search)) {
            if (auto checked = check_search(search); !checked) return checked;
        } else {
            auto pattern = Pattern::compile(search, pattern_memory);
            if (!pattern) return fail(std::move(pattern).error());
            group->pattern = std::move(*pattern);
            group->prefix = prefix_of(search);
            patterns_[group->prefix].push_back(group.get());
            ++lengths_[group->prefix.size()];
        }
        std::string text = group->search;
        found = groups_.emplace(std::move(text), std::move(group)).first;
    }
    auto& group = *found->second;
    seeking.group = &group;
    seeking.place = group.seekers.size();
    group.seekers.push_back(&seeking);
    return ok();
}

void NameIndex::remove(Seeking& seeking) {
    auto& group = *std::exchange(seeking.group, nullptr);
    group.seekers[seeking.place] = group.seekers.back();
    group.seekers[seeking.place]->place = seeking.place;
    group.seekers.pop_back();
    if (!group.seekers.empty()) return;
    if (group.pattern) {
        const auto alike = patterns_.find(group.prefix);
        std::erase(alike->second, &group);
        if (alike->second.empty()) patterns_.erase(alike);
        const auto length = lengths_.find(group.prefix.size());
        if (--length->second == 0) lengths_.erase(length);
    }
    groups_.erase(std::string(group.search));
}

} // namespace layer_cake::directory
