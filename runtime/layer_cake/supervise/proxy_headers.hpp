#pragma once

#include <layer_cake/net/http.hpp>
#include <string_view>

/// What of a message goes on, and what was between two neighbours only (RFC 9110, 7.6). Pure.
namespace layer_cake::supervise {

/// Without `Connection`, what it lists, and the other headers of a single hop.
net::Headers without_hop(const net::Headers& headers);

/// A client's request as a worker gets it: same target and body, hop headers gone, `Via` and `X-Forwarded-For`,
/// `-Host`, `-Proto` added; who sent it is the last of those it was forwarded for.
net::HttpRequest request_for_worker(const net::HttpRequest& request);

/// Whether a request may be sent again when it is not known what became of it (RFC 9110, 9.2.2).
bool is_idempotent(std::string_view method);

} // namespace layer_cake::supervise
