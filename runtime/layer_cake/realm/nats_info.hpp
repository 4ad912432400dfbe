#pragma once

#include <layer_cake/core/clock.hpp>
#include <layer_cake/realm/nats_options.hpp>

namespace layer_cake::realm {

/// What a NATS server says of itself before anything else.
struct NatsInfo {
    std::string version;      ///< `2.9.10`
    std::int64_t longest = 0; ///< bytes of one message
    bool wants_tls = false;
    friend bool operator==(const NatsInfo&, const NatsInfo&) = default;
};

/// Reads its first line: `INFO {"version":"2.9.10", ...}`. Fails with `invalid`.
Result<NatsInfo> parse_nats_info(std::string_view line);

/// Connects to ask for it, and closes. libnats does not tell the version, and waits without an end for servers that
/// have stopped in the middle of a TLS handshake: this finds most of them before. Waits, at most that long; the
/// system's resolver may take longer. Fails with `not_running` or `disconnected`.
Result<NatsInfo> ask_nats_info(const NatsServer& server, Duration patience);

/// Whether it is older than 2.9.23, the first that has no known way around its authentication (CVE-2023-47090).
bool is_old_nats_server(std::string_view version);

} // namespace layer_cake::realm
