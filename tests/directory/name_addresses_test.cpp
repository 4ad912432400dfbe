#include <doctest/doctest.h>
#include <layer_cake/core/pattern.hpp>
#include <layer_cake/directory/name_addresses.hpp>

using namespace layer_cake;
using namespace layer_cake::directory;

namespace {

const auto search_id = type::Uuid::make();

RouteOverLoop route(std::string name, Scope scope, int port) {
    RouteOverLoop made;
    made.route_id = type::Uuid::make();
    made.subscribed_id = search_id;
    made.scope = scope;
    made.name = std::move(name);
    made.ipp = {"127.0.0.1", port};
    return made;
}

ClearSubscriberRoute clearing(const RouteOverLoop& route) {
    return {route.subscribed_id, route.name, route.route_id};
}

} // namespace

TEST_CASE("an exact search matches its name and no other, whatever it is of") {
    for (const std::string name : {"shop.db", "a+b", "(x)[y]{z}|\\^$?*", "plain-name:7"}) {
        const auto pattern = Pattern::compile(exact_search(name));
        REQUIRE(pattern);
        CHECK(pattern->matches_whole(name));
        auto other = name;
        other[other.size() / 2] = '_';
        CHECK_FALSE(pattern->matches_whole(other));
    }
}

TEST_CASE("the nearest route counts, and the next one when it is cleared") {
    NameAddresses addresses;
    addresses.searched("shop.db", search_id);
    CHECK_FALSE(addresses.find("shop.db", Scope::LAN));

    const auto far = route("shop.db", Scope::LAN, 1), near = route("shop.db", Scope::GROUP, 2);
    CHECK(addresses.told(far) == "shop.db");
    CHECK(addresses.find("shop.db", Scope::LAN)->port == 1);
    CHECK_FALSE(addresses.find("shop.db", Scope::HOST)); // found further away than asked for
    CHECK(addresses.told(near) == "shop.db");
    CHECK(addresses.find("shop.db", Scope::LAN)->port == 2);
    CHECK(addresses.find("shop.db", Scope::GROUP)->port == 2);
    CHECK(addresses.told(clearing(near)) == "shop.db");
    CHECK(addresses.find("shop.db", Scope::LAN)->port == 1);
    CHECK(addresses.told(clearing(far)) == "shop.db");
    CHECK_FALSE(addresses.find("shop.db", Scope::LAN));
}

TEST_CASE("a directory that speaks of the same pair anew replaces what it has said") {
    NameAddresses addresses;
    addresses.searched("db", search_id);
    const auto before = route("db", Scope::HOST, 1), after = route("db", Scope::HOST, 2);
    addresses.told(before);
    addresses.told(after);
    addresses.told(clearing(before));
    CHECK(addresses.find("db", Scope::HOST)->port == 2);
}

TEST_CASE("what is about no search of ours, or another name, is passed over") {
    NameAddresses addresses;
    addresses.searched("db", search_id);
    CHECK_FALSE(addresses.told(route("other", Scope::HOST, 1)));
    CHECK_FALSE(addresses.told(RouteOverLoop{}));
    CHECK_FALSE(addresses.told(ClearSubscriberRoute{}));
    addresses.forget("db");
    CHECK_FALSE(addresses.told(route("db", Scope::HOST, 1)));
    CHECK_FALSE(addresses.find("db", Scope::HOST));
}
