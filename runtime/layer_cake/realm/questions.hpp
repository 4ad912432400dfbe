#pragma once

#include <array>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/realm/messages.hpp>
#include <layer_cake/realm/subjects.hpp>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

namespace layer_cake::realm {

/// The questions that answers are waited for, and answers of which parts are missing yet. Pure.
class Questions {
public:
    struct About {
        Family family = 0;
        std::uint64_t after = 0, up_to = 0; ///< the searches that it is about: after that number
        bool is_whole = false;              ///< all searches of the family
        std::vector<std::string> searches;  ///< none: all names of it
    };
    struct Asked {
        Instant when;
        MemberId to = 0; ///< 0: everybody
        std::vector<About> about;
        const About* find(Family family) const {
            for (const auto& one : about)
                if (one.family == family) return &one;
            return nullptr;
        }
    };

    explicit Questions(std::optional<std::uint64_t> seed);

    /// Numbers that nobody can guess.
    std::uint64_t number();
    /// @return its nonce
    std::uint64_t ask(Asked asked);
    const Asked* find(std::uint64_t nonce) const;
    /// Those asked before are not waited for any more.
    void forget_before(Instant when);
    std::size_t size() const { return asked_.size(); }

    /// Whether that part has not been there before.
    bool is_first(std::uint64_t nonce, MemberId member, const FamilyAnswer& part);
    /// Adds a part. All of the answer, when that was the last one that was missing.
    /// @param most  names
    std::optional<std::vector<FarName>> gather(std::uint64_t nonce, MemberId member, const FamilyAnswer& part,
                                               std::size_t most);

private:
    struct Gathered {
        std::map<std::uint64_t, std::vector<FarName>> parts;
        std::size_t names = 0;
        std::optional<std::uint64_t> last;
    };

    std::array<unsigned char, 16> secret_{};
    std::uint64_t count_ = 0;
    std::unordered_map<std::uint64_t, Asked> asked_;
    std::unordered_map<std::uint64_t, std::set<std::tuple<MemberId, Family, std::uint64_t>>> answered_; ///< by nonce
    std::size_t answers_ = 0;                                                                           ///< in it
    std::map<std::tuple<std::uint64_t, MemberId, Family>, Gathered> gathered_;
};

} // namespace layer_cake::realm
