#include <cstring>
#include <layer_cake/net/cipher.hpp>
#include <sodium.h>

namespace layer_cake::net {
namespace {

static_assert(Cipher::key_size == crypto_box_PUBLICKEYBYTES && Cipher::key_size == crypto_box_BEFORENMBYTES);
static_assert(Cipher::overhead == crypto_box_NONCEBYTES + crypto_box_MACBYTES);

unsigned char* bytes(char* text) {
    return reinterpret_cast<unsigned char*>(text);
}

} // namespace

Cipher::Cipher() {
    [[maybe_unused]] static const int ready = sodium_init();
    crypto_box_keypair(public_.data(), secret_.data());
}

Cipher::Cipher(const std::array<unsigned char, key_size>& secret) : secret_(secret) {
    [[maybe_unused]] static const int ready = sodium_init();
    crypto_scalarmult_base(public_.data(), secret_.data());
}

Cipher::~Cipher() {
    sodium_memzero(secret_.data(), secret_.size());
    sodium_memzero(shared_.data(), shared_.size());
}

type::Block Cipher::public_key() const {
    const auto* first = reinterpret_cast<const std::byte*>(public_.data());
    return type::Block(first, first + public_.size());
}

bool Cipher::agree(const type::Block& far_key, bool connecting) {
    if (far_key.size() != key_size) return false;
    const auto* far = reinterpret_cast<const unsigned char*>(far_key.data());
    if (std::memcmp(far, public_.data(), key_size) == 0) return false; // our own, sent back
    if (crypto_box_beforenm(shared_.data(), far, secret_.data()) != 0) return false;
    const auto derive = [&](std::array<unsigned char, prefix_size>& prefix, std::string_view side) {
        crypto_generichash(prefix.data(), prefix.size(), reinterpret_cast<const unsigned char*>(side.data()),
                           side.size(), shared_.data(), shared_.size());
    };
    derive(connecting ? out_prefix_ : in_prefix_, "layer-cake connecting");
    derive(connecting ? in_prefix_ : out_prefix_, "layer-cake accepting");
    sodium_memzero(secret_.data(), secret_.size());
    return agreed_ = true;
}

void Cipher::seal(char* text, std::size_t size) {
    unsigned char* const nonce = bytes(text) - overhead;
    std::memcpy(nonce, out_prefix_.data(), prefix_size);
    std::memcpy(nonce + prefix_size, &out_count_, sizeof out_count_);
    ++out_count_;
    crypto_box_detached_afternm(bytes(text), nonce + crypto_box_NONCEBYTES, bytes(text), size, nonce, shared_.data());
}

bool Cipher::open(char* sealed, std::size_t size) {
    if (size < overhead) return false;
    const unsigned char* const nonce = bytes(sealed);
    unsigned char* const text = bytes(sealed) + overhead;
    if (std::memcmp(nonce, out_prefix_.data(), prefix_size) == 0) return false; // one of our own, sent back
    const bool counts = std::memcmp(nonce, in_prefix_.data(), prefix_size) == 0;
    std::uint64_t count = 0;
    std::memcpy(&count, nonce + prefix_size, sizeof count);
    if (counts ? !in_counts_ || count != in_count_ : in_counts_ && !in_first_) return false;
    if (crypto_box_open_detached_afternm(text, text, nonce + crypto_box_NONCEBYTES, size - overhead, nonce,
                                         shared_.data()) != 0)
        return false;
    in_counts_ = counts;
    in_first_ = false;
    ++in_count_;
    return true;
}

} // namespace layer_cake::net
