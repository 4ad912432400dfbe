#include "tests/fuzz/target.hpp"
#include <layer_cake/directory/announcement.hpp>

// A datagram is an announcement or none; what is one has one text.
FUZZ_TARGET(text) {
    using namespace layer_cake::directory;
    const auto announcement = parse_announcement(text);
    if (!announcement) return;
    require(announcement->port != 0);
    require(parse_announcement(announcement_text(*announcement)) == announcement);
}
