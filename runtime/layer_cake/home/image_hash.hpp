#pragma once

#include <sodium.h>
#include <string>
#include <string_view>

namespace layer_cake::home {

/// BLAKE2b with 256 bits, by libsodium.
class ImageHash {
public:
    ImageHash() {
        [[maybe_unused]] static const int ready = sodium_init(); // chooses what this processor does best
        crypto_generichash_init(&state_, nullptr, 0, crypto_generichash_BYTES);
    }
    void add(std::string_view bytes) {
        crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    }
    /// As 64 hexadecimal digits; once.
    std::string digits() {
        unsigned char hash[crypto_generichash_BYTES];
        crypto_generichash_final(&state_, hash, sizeof hash);
        char text[2 * crypto_generichash_BYTES + 1];
        sodium_bin2hex(text, sizeof text, hash, sizeof hash);
        return text;
    }

    static std::string of(std::string_view bytes) {
        ImageHash hash;
        hash.add(bytes);
        return hash.digits();
    }

private:
    crypto_generichash_state state_{};
};

} // namespace layer_cake::home
