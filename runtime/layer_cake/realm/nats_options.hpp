#pragma once

#include <cstdint>
#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::realm {

/// Where a NATS server is, and who one is there if that is written beside it.
struct NatsServer {
    std::string host;
    std::uint16_t port = 4222;
    bool tls = false;           ///< it is not spoken to otherwise
    std::string user, password; ///< a user without a password is a token

    std::string place() const; ///< without the secrets: `nats://a.example:4222`
    friend bool operator==(const NatsServer&, const NatsServer&) = default;
};

/// Reads `nats://a.example:4222`, `tls://a.example`, `a.example`, `nats://user:password@[::1]:4222`.
/// Fails with `invalid`: `"http://a" is no NATS server, such as nats://a.example:4222`.
Result<NatsServer> parse_nats_server(std::string_view text);

/// How NATS is reached. One connection is made, to any of the servers; others are tried when it is lost.
struct NatsOptions {
    std::vector<NatsServer> servers;
    std::string name; ///< of the connection, for people who look at the server

    // Who this is; none, or one of these.
    std::string credentials; ///< path of a .creds file: JWT and seed
    std::string nkey;        ///< path of a file with the seed of a user's nkey
    std::string user, password;
    std::string token;

    // A server that wants TLS gets it, in any case.
    bool tls = false;        ///< a server without it is refused
    std::string ca;          ///< path of the certificates to trust; empty: those of the system
    std::string certificate; ///< path of this side's certificate, if the server asks for one
    std::string key;         ///< path of its key

    std::string inbox = "_INBOX";                ///< what the subjects for answers begin with
    std::size_t queue_bytes = 16u << 20;         ///< that wait to be sent
    Duration patience = std::chrono::seconds(2); ///< with one server; a silent one is left after three times that
    /// Hears what people should know: an old server, a subject that is not permitted. From any thread.
    std::function<void(const std::string& text)> notice{};
};

/// Fails with `invalid` when that can never work: no server, two ways of saying who one is, a file that cannot be read.
Result<void> check(const NatsOptions& options);

/// Whether messages can be published to it: words of visible characters, joined by `.`; at most 1,024 bytes.
bool is_nats_subject(std::string_view subject);

} // namespace layer_cake::realm
