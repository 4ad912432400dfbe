#include <layer_cake/net/issued.hpp>

namespace layer_cake::net {

std::size_t Issued::Hash::operator()(const type::Address& address) const {
    std::size_t seed = 0;
    for (const auto number : address.list())
        boost::hash_combine(seed, number);
    return seed;
}

void Issued::add_ask(std::int64_t ask, std::int64_t deadline, std::int64_t now) {
    if (asks_.size() >= sweep_at_) { // those that nobody waits for any more
        boost::unordered_flat_map<std::int64_t, std::int64_t> waiting;
        for (const auto& [one, until] : asks_)
            if (until >= now) waiting.emplace(one, until);
        asks_ = std::move(waiting);
        sweep_at_ = asks_.size() * 2 + 1024;
    }
    asks_.insert_or_assign(ask, deadline == 0 ? INT64_MAX : deadline);
}

void Issued::add_other(const type::Address& address) {
    if (!address.is_local()) return others_.add(address);
    locals_.add(address.id());
    last_ = address.id();
}

} // namespace layer_cake::net
