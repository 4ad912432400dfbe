#pragma once

#include <cstdint>
#include <layer_cake/core/result.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace layer_cake::realm {

/// A family: the names that are the same up to their first colon, or the one name that has none. `shop:till-1` and
/// `shop:till-2` are of one family. It is what sites take an interest in, all of it or nothing: a number made of that
/// beginning, which stands for it in subjects. 0 stands for all families.
using Family = std::uint64_t;
inline constexpr Family all_families = 0;

Family family_of_name(std::string_view name);
/// Of all that a search may match: `all_families` for a pattern that begins with no plain text up to a colon.
Family family_of_search(std::string_view search);

/// One node that has joined the realm, from its start to its end: started again it has another.
using MemberId = std::uint64_t;

/// The subjects of a realm.
///
///     lc.REALM.pub.FAMILY    what has changed in a family
///     lc.REALM.who.FAMILY    a question: who has names of it? `who.all` is to everybody
///     lc.REALM.ask.MEMBER    the same question to one member
///     lc.REALM.site.MEMBER   that it is there yet, and that it goes
///
/// FAMILY and MEMBER are 16 hexadecimal digits.
class Subjects {
public:
    /// @param realm  checked by check_realm_name()
    explicit Subjects(std::string_view realm);

    std::string changes(Family family) const;  ///< `*` for all families: to be watched
    std::string question(Family family) const; ///< `all` for all families
    std::string any_question() const;          ///< of whatever family, to be watched
    std::string question_to(MemberId member) const;
    std::string life(MemberId member) const;
    /// `lc.REALM.`, for subjects of others.
    const std::string& prefix() const { return prefix_; }

private:
    std::string prefix_;
};

/// Fails with `invalid`: `a realm's name is 1 to 64 letters, digits, - and _`.
Result<void> check_realm_name(std::string_view name);

/// 16 hexadecimal digits.
std::string hex_text(std::uint64_t number);

} // namespace layer_cake::realm
