#pragma once

#include <array>
#include <filesystem>
#include <layer_cake/core/result.hpp>
#include <string>
#include <string_view>

namespace layer_cake::realm {

/// The key of a realm (Ed25519): who has it is a member, and says what is where.
///
/// All members of a realm have the same key. It proves that an announcement comes from a member; it does not tell one
/// member from another. A broker that has not got it can lose messages and hold them back, and not make any.
class RealmKey {
public:
    static constexpr std::size_t signature_size = 64;
    using Signature = std::array<unsigned char, signature_size>;

    static RealmKey generate();
    /// Reads the file that write() made. Fails with `missing` or `system`; with `invalid` when it is no such file, and
    /// when others than its owner may read it: `"shop.key": others may read it (0644); chmod 600 it`.
    static Result<RealmKey> read(const std::filesystem::path& file);
    /// Makes the file, of mode 0600. Fails with `busy` when there is one.
    Result<void> write(const std::filesystem::path& file) const;

    RealmKey(const RealmKey&) = default;
    RealmKey& operator=(const RealmKey&) = default;
    ~RealmKey();

    Signature sign(std::string_view text) const;
    bool verify(std::string_view text, std::string_view signature) const;
    /// What people compare keys by: the public half, in hexadecimal digits.
    std::string fingerprint() const;

private:
    RealmKey() = default;
    explicit RealmKey(const std::array<unsigned char, 32>& seed);

    std::array<unsigned char, 32> seed_{}, public_{};
    std::array<unsigned char, 64> secret_{};
};

} // namespace layer_cake::realm
