#include <cstring>
#include <layer_cake/realm/questions.hpp>
#include <sodium.h>

namespace layer_cake::realm {
namespace {

constexpr std::size_t most_gathered = 1'024;   ///< answers that are in parts, at a time
constexpr std::size_t most_answers = 1u << 20; ///< that are remembered as long as their questions

} // namespace

Questions::Questions(std::optional<std::uint64_t> seed) {
    [[maybe_unused]] static const int ready = sodium_init();
    if (seed)
        std::memcpy(secret_.data(), &*seed, sizeof *seed);
    else
        randombytes_buf(secret_.data(), secret_.size());
}

std::uint64_t Questions::number() {
    static_assert(crypto_shorthash_BYTES == 8 && crypto_shorthash_KEYBYTES == 16);
    std::uint64_t made = 0;
    while (made == 0) {
        ++count_;
        crypto_shorthash(reinterpret_cast<unsigned char*>(&made), reinterpret_cast<const unsigned char*>(&count_),
                         sizeof count_, secret_.data());
    }
    return made;
}

std::uint64_t Questions::ask(Asked asked) {
    const auto nonce = number();
    asked_.emplace(nonce, std::move(asked));
    return nonce;
}

const Questions::Asked* Questions::find(std::uint64_t nonce) const {
    const auto found = asked_.find(nonce);
    return found == asked_.end() ? nullptr : &found->second;
}

void Questions::forget_before(Instant when) {
    std::erase_if(asked_, [&](const auto& one) { return one.second.when < when; });
    std::erase_if(answered_, [&](const auto& one) {
        if (asked_.contains(one.first)) return false;
        answers_ -= one.second.size();
        return true;
    });
    std::erase_if(gathered_, [&](const auto& one) { return !asked_.contains(std::get<0>(one.first)); });
}

bool Questions::is_first(std::uint64_t nonce, MemberId member, const FamilyAnswer& part) {
    if (answers_ == most_answers || !answered_[nonce].emplace(member, part.family, part.part).second) return false;
    ++answers_;
    return true;
}

std::optional<std::vector<FarName>> Questions::gather(std::uint64_t nonce, MemberId member, const FamilyAnswer& part,
                                                      std::size_t most) {
    if (part.part == 0 && part.is_last) return part.names;
    const auto key = std::tuple(nonce, member, part.family);
    if (gathered_.size() == most_gathered && !gathered_.contains(key)) return std::nullopt;
    auto& gathered = gathered_[key];
    if (gathered.names + gathered.parts.size() + part.names.size() > most) return std::nullopt;
    if (!gathered.parts.emplace(part.part, part.names).second) return std::nullopt;
    gathered.names += part.names.size();
    if (part.is_last) gathered.last = part.part;
    if (!gathered.last || gathered.parts.size() != *gathered.last + 1 ||
        gathered.parts.rbegin()->first != *gathered.last)
        return std::nullopt;
    std::vector<FarName> all;
    all.reserve(gathered.names);
    for (auto& [number, names] : gathered.parts)
        std::move(names.begin(), names.end(), std::back_inserter(all));
    gathered_.erase(key);
    return all;
}

} // namespace layer_cake::realm
