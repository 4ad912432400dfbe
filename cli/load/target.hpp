#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/net/http.hpp>
#include <string>
#include <string_view>

namespace layer_cake::cli::load {

/// What a URL names: the server, and what is asked of it.
struct Target {
    net::Endpoint endpoint;
    std::string path = "/"; ///< with the query
};

/// Reads `http://HOST[:PORT][/PATH][?QUERY]` (also `[::1]`) and, for a unix socket, `unix:///run/x.sock[:/PATH]` or
/// `http+unix://%2Frun%2Fx.sock/PATH`. A fragment is left out, as it is never sent.
/// Fails with `invalid`: another scheme (https is not spoken), a user or password, no host, a bad port.
Result<Target> parse_url(std::string_view url);

} // namespace layer_cake::cli::load
