#pragma once

#include <algorithm>
#include <functional>
#include <layer_cake/type/address.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace layer_cake::codec {

/// The addresses of one encoded message, beside its body: the body has keys, the book tells what they mean, so
/// that who passes a message on can rewrite addresses without reading the body.
class AddressBook {
public:
    struct Entry {
        std::string key;
        type::Address address;
    };

    void add(std::string key, type::Address address) {
        hashes_.clear();
        entries_.push_back({std::move(key), std::move(address)});
    }

    /// The address of that key, or null.
    const type::Address* find(std::string_view key) const {
        if (entries_.size() > few)
            if (const auto* found = find_by_hash(key)) return found;
        for (const auto& entry : entries_)
            if (entry.key == key) return &entry.address;
        return nullptr;
    }
    bool empty() const { return entries_.empty(); }
    std::vector<Entry>& entries() {
        hashes_.clear();
        return entries_;
    }
    const std::vector<Entry>& entries() const { return entries_; }

private:
    static constexpr std::size_t few = 16;
    using Hashed = std::pair<std::size_t, std::size_t>; ///< of a key, and where it is

    const type::Address* find_by_hash(std::string_view key) const {
        if (hashes_.size() != entries_.size()) {
            hashes_.clear();
            for (std::size_t at = 0; at < entries_.size(); ++at)
                hashes_.emplace_back(std::hash<std::string_view>()(entries_[at].key), at);
            std::sort(hashes_.begin(), hashes_.end());
        }
        auto at = std::lower_bound(hashes_.begin(), hashes_.end(), Hashed(std::hash<std::string_view>()(key), 0));
        for (; at != hashes_.end() && at->first == std::hash<std::string_view>()(key); ++at)
            if (entries_[at->second].key == key) return &entries_[at->second].address;
        return nullptr;
    }

    std::vector<Entry> entries_;
    mutable std::vector<Hashed> hashes_; ///< sorted; made when it is of use
};

} // namespace layer_cake::codec
