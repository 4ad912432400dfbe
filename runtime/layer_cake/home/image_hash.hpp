#pragma once

#include <fmt/format.h>
#include <nettle/sha2.h>
#include <string>
#include <string_view>

namespace layer_cake::home {

/// SHA-256, by libnettle, which uses the processor's own instructions for it.
class ImageHash {
public:
    ImageHash() { sha256_init(&state_); }
    void add(std::string_view bytes) {
        sha256_update(&state_, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
    }
    /// As 64 hexadecimal digits; then it begins anew.
    std::string digits() {
        std::uint8_t hash[SHA256_DIGEST_SIZE];
        sha256_digest(&state_, sizeof hash, hash);
        std::string text;
        for (const auto byte : hash)
            text += fmt::format("{:02x}", byte);
        return text;
    }

    static std::string of(std::string_view bytes) {
        ImageHash hash;
        hash.add(bytes);
        return hash.digits();
    }

private:
    sha256_ctx state_{};
};

} // namespace layer_cake::home
