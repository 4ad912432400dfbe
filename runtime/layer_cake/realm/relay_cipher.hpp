#pragma once

#include <array>
#include <cstdint>
#include <layer_cake/realm/relay_messages.hpp>
#include <optional>
#include <span>
#include <string>

namespace layer_cake::realm {

/// A key pair (Curve25519) of a gateway, or of one end of one session.
class RelayKeys {
public:
    static constexpr std::size_t size = 32;

    RelayKeys(); ///< a new one
    ~RelayKeys();
    RelayKeys(const RelayKeys&) = delete;
    RelayKeys& operator=(const RelayKeys&) = delete;

    type::Block open_half() const;

private:
    friend class RelayCipher;
    std::array<unsigned char, size> open_{}, secret_{};
};

/// Seals what passes between the two gateways of a session (ChaCha20-Poly1305).
///
/// The opener has a new pair of keys and knows the far gateway's key, which its site has announced under the realm's
/// key: only that gateway can answer (`begin`). The answer brings a key made for this session (`go_on`): then nobody
/// who learns the gateway's key later, and nobody who sends recorded messages again, has a use for them.
class RelayCipher {
public:
    static constexpr std::size_t overhead = 16;

    ~RelayCipher();

    /// False for keys that are none. @param opener  whether this end opened the session
    bool begin(const RelayKeys& own, const type::Block& far, bool opener, const std::string& session);
    bool go_on(const RelayKeys& own, const type::Block& far, bool opener);

    /// Appends the sealed body to a message's head.
    void seal(std::string& message, std::string_view body) const;
    /// Opens a body where it stands. Nothing when it is not authentic, and it is lost then.
    std::optional<std::string_view> open(RelayMessage::Kind kind, std::uint64_t number, std::span<char> body) const;

private:
    bool mix(const RelayKeys& own, const type::Block& far, bool opener);

    std::array<unsigned char, 32> in_{}, out_{};
    std::string session_;
};

} // namespace layer_cake::realm
