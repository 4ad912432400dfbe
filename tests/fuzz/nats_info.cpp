#include "tests/fuzz/target.hpp"
#include <layer_cake/realm/nats_info.hpp>

// A line is what a server says of itself, or nothing; its version can be compared in any case. So for a server's place.
FUZZ_TARGET(text) {
    using namespace layer_cake::realm;
    (void)is_old_nats_server(text);
    if (const auto info = parse_nats_info(text)) require(info->longest > 0 && !info->version.empty());
    if (const auto server = parse_nats_server(text)) require(parse_nats_server(server->place()).has_value());
}
