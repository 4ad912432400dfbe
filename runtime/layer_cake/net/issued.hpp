#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <layer_cake/object/id.hpp>
#include <layer_cake/type/address.hpp>

namespace layer_cake::net {

/// The addresses that the far side of one connection has got from us, and may use: an address is worth something only
/// on the session that issued it.
///
/// Bounded: when `most` others have been issued and used since, one that never was is forgotten. An ask's address is
/// good for one answer, and as long as somebody waits for it.
class Issued {
public:
    static constexpr std::size_t most = 1u << 17;

    /// @param deadline  of the request, when `address` is an ask's
    void add(const type::Address& address, std::int64_t deadline, std::int64_t now) {
        if (address.is_local() && address.id() == last_) return;
        if (address.is_local() && object::Id{address.id()}.is_ask())
            add_ask(address.id(), deadline, now);
        else
            add_other(address);
    }
    /// Whether the far side may send to that address. An ask's, once.
    bool take(const type::Address& address) {
        if (address.is_local() && address.id() == last_) return true;
        if (address.is_local() && object::Id{address.id()}.is_ask()) return asks_.erase(address.id()) != 0;
        return knows(address);
    }
    /// Whether it may name it.
    bool knows(const type::Address& address) {
        if (address.is_local() && object::Id{address.id()}.is_ask()) return asks_.contains(address.id());
        return address.is_local() ? locals_.knows(address.id()) : others_.knows(address);
    }

    /// The asks that wait for an answer; forgets them.
    template <class One>
    void each_ask(One one) {
        const auto asks = std::move(asks_);
        asks_ = {};
        for (const auto& [ask, deadline] : asks)
            one(ask);
    }

private:
    struct Hash {
        std::size_t operator()(const type::Address& address) const;
    };
    template <class Key, class Hashed>
    class Recent {
    public:
        void add(const Key& key) {
            if (young_.contains(key)) return;
            if (young_.size() >= most) {
                old_ = std::move(young_);
                young_ = {};
            }
            young_.insert(key);
        }
        bool knows(const Key& key) {
            if (young_.contains(key)) return true;
            if (!old_.contains(key)) return false;
            add(Key(key));
            return true;
        }

    private:
        boost::unordered_flat_set<Key, Hashed> young_, old_;
    };

    void add_ask(std::int64_t ask, std::int64_t deadline, std::int64_t now);
    void add_other(const type::Address& address);

    std::int64_t last_ = 0; ///< the object whose address was issued last: it is likely to be the next one
    boost::unordered_flat_map<std::int64_t, std::int64_t> asks_; ///< and their deadlines
    std::size_t sweep_at_ = 1024;
    Recent<std::int64_t, boost::hash<std::int64_t>> locals_;
    Recent<type::Address, Hash> others_;
};

} // namespace layer_cake::net
