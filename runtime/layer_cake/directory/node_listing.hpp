#pragma once

#include <boost/intrusive/list.hpp>
#include <layer_cake/directory/messages.hpp>
#include <layer_cake/directory/name_index.hpp>

/// What a node keeps of each listing. Used by node.cpp and its parts only.
namespace layer_cake::directory {

namespace intrusive = boost::intrusive;
using Hook = intrusive::list_member_hook<>;

struct NodeChild;
struct Listing;
struct Wish;

/// A match of two listings that the subscriber has been told of.
struct Route {
    type::Uuid id;
    Listing* listing = nullptr;
    Wish* wish = nullptr;
    Hook of_listing, of_wish;
};

/// A published name.
struct Listing : Named {
    type::Uuid id;
    NodeChild* child = nullptr;
    type::Address home;
    std::string host;
    std::uint16_t port = 0; ///< 0: nobody can connect to it
    Scope scope = Scope::HOST;
    bool encrypted = false;
    bool waits = false; ///< for the name, which another has; then it is not in the index
    Hook of_child;
    intrusive::list<Route, intrusive::member_hook<Route, Hook, &Route::of_listing>,
                    intrusive::constant_time_size<false>>
        routes;
};

/// A search for names.
struct Wish : Seeking {
    type::Uuid id;
    NodeChild* child = nullptr;
    type::Address home;
    Scope scope = Scope::HOST;
    Hook of_child;
    intrusive::list<Route, intrusive::member_hook<Route, Hook, &Route::of_wish>, intrusive::constant_time_size<false>>
        routes;
};

/// A node below, or the process itself.
struct NodeChild {
    std::int64_t number = 0;
    std::string host; ///< it is seen as
    std::size_t patterns = 0;
    std::size_t names = 0, searches = 0, bytes = 0;
    std::size_t complaints = 0; ///< that were made
    bool closing = false;       ///< it broke a limit: nothing more is taken from it
    type::Address last_home;    ///< most listings of a child have few homes: they share the address
    intrusive::list<Listing, intrusive::member_hook<Listing, Hook, &Listing::of_child>,
                    intrusive::constant_time_size<false>>
        listings;
    intrusive::list<Wish, intrusive::member_hook<Wish, Hook, &Wish::of_child>, intrusive::constant_time_size<false>>
        wishes;
};

/// Ids are their publisher's own affair: only together with the child they are unique.
struct ListingKey {
    const NodeChild* child;
    type::Uuid id;
};

struct ByKey {
    using is_transparent = void;
    static std::size_t mix(const NodeChild* child, const type::Uuid& id) {
        std::uint64_t words[2];
        std::memcpy(words, id.bytes.data(), sizeof words);
        return (words[0] ^ words[1] * 0x9E3779B97F4A7C15u) + reinterpret_cast<std::uintptr_t>(child);
    }
    std::size_t operator()(const ListingKey& key) const { return mix(key.child, key.id); }
    template <class T>
    std::size_t operator()(const T* one) const {
        return mix(one->child, one->id);
    }
};

struct SameKey {
    using is_transparent = void;
    static ListingKey key(const ListingKey& key) { return key; }
    template <class T>
    static ListingKey key(const T* one) {
        return {one->child, one->id};
    }
    bool operator()(const auto& a, const auto& b) const {
        return key(a).child == key(b).child && key(a).id == key(b).id;
    }
};

} // namespace layer_cake::directory
