#include <layer_cake/codec/binary.hpp>
#include <layer_cake/realm/envelope.hpp>

namespace layer_cake::realm {
namespace {

/// By the place in Spoken.
constexpr std::string_view kinds = "cbgqa";
static_assert(std::variant_size_v<Spoken> == kinds.size());

template <std::size_t at = 0>
std::optional<Spoken> read(std::size_t kind, std::string_view body) {
    if constexpr (at == std::variant_size_v<Spoken>) {
        return std::nullopt;
    } else {
        if (kind != at) return read<at + 1>(kind, body);
        codec::BinaryReading how;
        how.limits.memory = 64 * body.size() + 4'096; // no list is longer than its bytes
        how.limits.depth = 8;
        auto got = codec::from_binary<std::variant_alternative_t<at, Spoken>>(body, how);
        if (!got) return std::nullopt;
        return Spoken(std::in_place_index<at>, std::move(*got));
    }
}

} // namespace

std::string Envelope::signed_text(char kind, std::string_view body) const {
    std::string text = "layer-cake realm 1 ";
    text.append(realm_).append(1, '\0').append(1, kind).append(body);
    return text;
}

std::string Envelope::seal(const Spoken& spoken) const {
    const char kind = kinds[spoken.index()];
    const auto body = std::visit([](const auto& one) { return codec::to_binary(one).value_or(std::string()); }, spoken);
    std::string sealed(1, kind);
    sealed.reserve(1 + RealmKey::signature_size + body.size());
    if (key_) {
        const auto signature = key_->sign(signed_text(kind, body));
        sealed.append(reinterpret_cast<const char*>(signature.data()), signature.size());
    }
    return sealed.append(body);
}

tl::expected<Spoken, Envelope::Refusal> Envelope::open(std::string_view bytes) const {
    const auto kind = bytes.empty() ? std::string_view::npos : kinds.find(bytes.front());
    if (kind == std::string_view::npos) return tl::unexpected(Refusal::malformed);
    auto body = bytes.substr(1);
    if (key_) {
        const auto signature = body.substr(0, RealmKey::signature_size);
        body.remove_prefix(signature.size());
        if (!key_->verify(signed_text(kinds[kind], body), signature)) return tl::unexpected(Refusal::forged);
    }
    auto spoken = read(kind, body);
    if (!spoken) return tl::unexpected(Refusal::malformed);
    return std::move(*spoken);
}

} // namespace layer_cake::realm
