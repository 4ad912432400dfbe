#include <doctest/doctest.h>
#include <layer_cake/directory/announcement.hpp>

using namespace layer_cake;
using namespace layer_cake::directory;

TEST_CASE("an announcement is read as it was written") {
    for (const auto& one : {Announcement{54195, false}, Announcement{1, true}, Announcement{65535, true}})
        CHECK(parse_announcement(announcement_text(one)) == one);
}

TEST_CASE("what is no announcement is none") {
    for (const auto* text : {"", "layer-cake lan 1", "layer-cake lan 1 ", "layer-cake lan 2 54195 plain",
                             "layer-cake lan 1 0 plain", "layer-cake lan 1 65536 plain", "layer-cake lan 1 5 plainly",
                             "layer-cake lan 1 5", "layer-cake lan 1 -5 plain", "layer-cake lan 1  5 plain"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_announcement(text));
    }
}
