#pragma once

#include <layer_cake/realm/key.hpp>
#include <layer_cake/realm/messages.hpp>
#include <optional>
#include <variant>

namespace layer_cake::realm {

using Spoken = std::variant<Changes, Beat, Bye, Question, Answer>;

/// Bytes that a name takes in a message, at most, besides its texts; and those of a whole message besides what is in
/// it.
inline constexpr std::size_t name_overhead = 32, message_overhead = 1'024;

/// The form of a message between members: one byte for its kind, the signature if the realm has a key, the binary form.
/// The signature is of the realm's name, the kind and the form: what was said in one realm is nothing in another.
class Envelope {
public:
    Envelope(std::string realm, std::optional<RealmKey> key) : realm_(std::move(realm)), key_(std::move(key)) {}

    std::string seal(const Spoken& spoken) const;

    enum class Refusal { forged, malformed };
    /// What was said, or why it is none: not signed with the realm's key; or a list, a text or a number that no member
    /// says.
    tl::expected<Spoken, Refusal> open(std::string_view bytes) const;

    bool is_signed() const { return key_.has_value(); }

private:
    std::string signed_text(char kind, std::string_view body) const;

    std::string realm_;
    std::optional<RealmKey> key_;
};

} // namespace layer_cake::realm
