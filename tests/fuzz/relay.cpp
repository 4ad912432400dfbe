#include "tests/fuzz/target.hpp"
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/realm/relay_messages.hpp>

// A message of a relayed session is one or none; what is in it, too.
FUZZ_TARGET(text) {
    using namespace layer_cake;
    (void)realm::greeting_member(text);
    const auto message = realm::parse_relay(text);
    if (!message) return;
    require(realm::relay_text(message->kind, message->number) + std::string(message->body) == text);
    (void)codec::from_binary<realm::RelayOpen>(message->body);
    (void)codec::from_binary<realm::RelayOpened>(message->body);
}
