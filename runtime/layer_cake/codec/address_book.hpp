#pragma once

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

    void add(std::string key, type::Address address) { entries_.push_back({std::move(key), std::move(address)}); }

    /// The address of that key, or null.
    const type::Address* find(std::string_view key) const {
        for (const auto& entry : entries_)
            if (entry.key == key) return &entry.address;
        return nullptr;
    }
    bool empty() const { return entries_.empty(); }
    std::vector<Entry>& entries() { return entries_; }
    const std::vector<Entry>& entries() const { return entries_; }

private:
    std::vector<Entry> entries_;
};

} // namespace layer_cake::codec
