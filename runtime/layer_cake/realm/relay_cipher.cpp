#include <cstring>
#include <layer_cake/realm/relay_cipher.hpp>
#include <sodium.h>

namespace layer_cake::realm {
namespace {

using Nonce = std::array<unsigned char, crypto_aead_chacha20poly1305_ietf_NPUBBYTES>;

/// Keys are for one direction of one session, and numbers are never used twice in it.
Nonce nonce_of(std::uint64_t number) {
    Nonce nonce{};
    const auto bytes = number_bytes(number);
    std::memcpy(nonce.data(), bytes.data(), bytes.size());
    return nonce;
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

RelayKeys::RelayKeys() {
    [[maybe_unused]] static const int ready = sodium_init();
    ::crypto_kx_keypair(open_.data(), secret_.data());
}

RelayKeys::~RelayKeys() {
    ::sodium_memzero(secret_.data(), secret_.size());
}

type::Block RelayKeys::open_half() const {
    const auto* first = reinterpret_cast<const std::byte*>(open_.data());
    return {first, first + open_.size()};
}

RelayCipher::~RelayCipher() {
    ::sodium_memzero(in_.data(), in_.size());
    ::sodium_memzero(out_.data(), out_.size());
}

bool RelayCipher::begin(const RelayKeys& own, const type::Block& far, bool opener, const std::string& session) {
    session_ = session;
    return mix(own, far, opener);
}

bool RelayCipher::go_on(const RelayKeys& own, const type::Block& far, bool opener) {
    return mix(own, far, opener);
}

/// Adds what the two keys have in common to what there was before.
bool RelayCipher::mix(const RelayKeys& own, const type::Block& far, bool opener) {
    if (far.size() != RelayKeys::size) return false;
    const auto* far_key = reinterpret_cast<const unsigned char*>(far.data());
    std::array<unsigned char, 32> in{}, out{};
    const auto agree = opener ? ::crypto_kx_client_session_keys : ::crypto_kx_server_session_keys;
    if (agree(in.data(), out.data(), own.open_.data(), own.secret_.data(), far_key) != 0) return false;
    const auto add = [](std::array<unsigned char, 32>& to, std::array<unsigned char, 32>& more) {
        std::array<unsigned char, 32> both{};
        ::crypto_generichash(both.data(), both.size(), more.data(), more.size(), to.data(), to.size());
        to = both;
        ::sodium_memzero(more.data(), more.size());
        ::sodium_memzero(both.data(), both.size());
    };
    add(in_, in);
    add(out_, out);
    return true;
}

void RelayCipher::seal(std::string& message, std::string_view body) const {
    const auto head = message + session_;
    const auto nonce = nonce_of(*parse_number(std::string_view(message).substr(1, 8)));
    const auto at = message.size();
    message.resize(at + body.size() + overhead);
    ::crypto_aead_chacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(message.data() + at), nullptr,
                                                bytes_of(body), body.size(), bytes_of(head), head.size(), nullptr,
                                                nonce.data(), out_.data());
}

std::optional<std::string_view> RelayCipher::open(RelayMessage::Kind kind, std::uint64_t number,
                                                  std::span<char> body) const {
    if (body.size() < overhead) return std::nullopt;
    const auto head = relay_text(kind, number) + session_;
    const auto nonce = nonce_of(number);
    auto* const bytes = reinterpret_cast<unsigned char*>(body.data());
    if (::crypto_aead_chacha20poly1305_ietf_decrypt(bytes, nullptr, nullptr, bytes, body.size(), bytes_of(head),
                                                    head.size(), nonce.data(), in_.data()) != 0)
        return std::nullopt;
    return std::string_view(body.data(), body.size() - overhead);
}

} // namespace layer_cake::realm
