#include <doctest/doctest.h>
#include <layer_cake/directory/listing_place.hpp>

using namespace layer_cake::directory;
using layer_cake::type::Uuid;

TEST_CASE("where a listing goes on is a text and back, and begins anew for a text that is none") {
    for (const auto kind : {ListingPlace::Kind::below, ListingPlace::Kind::routed, ListingPlace::Kind::peer}) {
        const ListingPlace place{kind, 17, Uuid::make(), Uuid::make(), "a name with spaces "};
        const auto back = listing_place(place_text(place));
        CHECK(back.kind == kind);
        CHECK(back.child == 17);
        CHECK(back.first == place.first);
        CHECK(back.second == place.second);
        CHECK(back.name == place.name);
    }
    CHECK(place_text({.kind = ListingPlace::Kind::all}) == "");
    for (const auto* text : {"", "all", "peer", "peer x", "published 1 2 3", "below 99999999999999999999"}) {
        CAPTURE(text);
        const auto place = listing_place(text);
        CHECK(place.kind == ListingPlace::Kind::below);
        CHECK(place.child == 0);
    }
}
