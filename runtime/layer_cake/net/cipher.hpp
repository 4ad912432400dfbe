#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <layer_cake/type/texts.hpp>
#include <string_view>

namespace layer_cake::net {

/// NaCl's box (Curve25519, XSalsa20, Poly1305) for the frames of one connection, with keys made for it alone. It hides
/// and protects what is sent; it does not say who is at the far side: see SessionKeys for that.
///
/// Nonces are a text that only the two sides know, and a count. A far side that does the same (it shows in its first
/// frame) is held to it: a frame that is replayed, dropped or out of order is refused. The predecessor's nonces are
/// random, and such frames of it pass.
class Cipher {
public:
    static constexpr std::size_t key_size = 32, overhead = 40; ///< nonce and authenticator, in front of the text

    Cipher();                                                           ///< a new key pair
    explicit Cipher(const std::array<unsigned char, key_size>& secret); ///< a known one
    ~Cipher();
    Cipher(const Cipher&) = delete;
    Cipher& operator=(const Cipher&) = delete;

    type::Block public_key() const;
    /// Takes the far side's key. False for one of the wrong size, and for those that would give no secret.
    bool agree(const type::Block& far_key, bool connecting);
    bool agreed() const { return agreed_; }

    /// Encrypts `size` bytes where they lie; the `overhead` bytes before them are written, too.
    void seal(char* text, std::size_t size);
    /// Decrypts what begins with nonce and authenticator, where it lies: the text is what follows those. False when it
    /// is not authentic, or not the next one.
    bool open(char* sealed, std::size_t size);

private:
    static constexpr std::size_t prefix_size = 16;

    std::array<unsigned char, key_size> public_{}, secret_{}, shared_{};
    std::array<unsigned char, prefix_size> out_prefix_{}, in_prefix_{};
    std::uint64_t out_count_ = 0, in_count_ = 0;
    bool agreed_ = false;
    bool in_first_ = true;  ///< nothing has come yet
    bool in_counts_ = true; ///< the far side's nonces count
};

} // namespace layer_cake::net
