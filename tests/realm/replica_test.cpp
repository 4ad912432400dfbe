#include <doctest/doctest.h>
#include <fmt/format.h>
#include <tests/realm/world.hpp>

using namespace layer_cake;
using namespace layer_cake::realm;
using namespace std::chrono_literals;

namespace {

void check_converged(World& world, Duration most) {
    const auto took = world.converge(most);
    REQUIRE_MESSAGE(took, world.difference());
}

} // namespace

TEST_CASE("a name is found at another site, before and after it is searched for, and is gone when it is withdrawn") {
    World world({.sites = 3});
    world.run(1s);
    world.publish(0, "first");
    world.search(1, "first");
    world.run(100ms);
    CHECK(world.found(1, "first", "first") == world.names(0).at("first"));
    world.search(1, "second");
    world.run(100ms);
    world.publish(0, "second");
    world.run(20ms);
    CHECK(world.found(1, "second", "second") == world.names(0).at("second"));
    world.withdraw(0, "first");
    world.run(20ms);
    CHECK_FALSE(world.found(1, "first", "first"));
    check_converged(world, 0s);
    CHECK(world.replica(2).figures().names == 0);
}

TEST_CASE("patterns find names of their family, and of all families") {
    World world({.sites = 4});
    world.run(1s);
    for (int site = 0; site < 3; ++site)
        for (int i = 0; i < 10; ++i)
            world.publish(site, fmt::format("shop-{}:till-{}", site, i));
    world.search(3, "shop-1:till-[0-4]");
    world.search(3, ".*:till-7");
    world.run(1s);
    check_converged(world, 0s);
    CHECK(world.found(3, ".*:till-7", "shop-2:till-7"));
    CHECK(world.replica(3).figures().names == 8);
    world.give_up(3, ".*:till-7");
    world.run(1s);
    CHECK(world.replica(3).figures().names == 5);
    world.search(3, "shop-1:till-9");
    check_converged(world, 1s);
    world.give_up(3, "shop-1:till-[0-4]");
    world.give_up(3, "shop-1:till-9");
    CHECK(world.replica(3).figures().names == 0);
    CHECK(world.replica(3).figures().members == 0);
}

TEST_CASE("a site that has left is gone at once, one that crashed within 1.5 leases") {
    World world({.sites = 3});
    world.publish(0, "a");
    world.publish(1, "b");
    world.search(2, "a|b");
    world.run(1s);
    check_converged(world, 0s);
    world.leave(0);
    world.run(10ms);
    check_converged(world, 0s);
    world.stop(1);
    world.run(5s);
    CHECK(world.found(2, "a|b", "b"));
    check_converged(world, 8'500ms);
    world.start(0);
    world.start(1);
    check_converged(world, 1s);
}

TEST_CASE("who was stalled does not take all others for gone") {
    World world({.sites = 3});
    world.publish(0, "a");
    world.search(1, "a");
    world.run(1s);
    world.stall(1, 60s);
    world.run(61s);
    CHECK(world.cleared() == 0);
    check_converged(world, 0s);
    CHECK(world.replica(1).figures().lag >= 59s);
}

TEST_CASE("a carrier that is down takes nothing away, and all is known soon after its return") {
    World world({.sites = 3});
    world.publish(0, "a");
    world.search(1, "a|late");
    world.search(2, "a");
    world.run(1s);
    for (int site = 0; site < 3; ++site)
        world.hub.cut(site);
    world.run(60s);
    CHECK(world.cleared() == 0);
    world.publish(2, "late");
    world.withdraw(0, "a");
    world.run(1s);
    for (int site = 0; site < 3; ++site)
        world.hub.restore(site);
    check_converged(world, 2s);
}

TEST_CASE("the same publisher from two nodes of a site stays while one of them has it, without a gap") {
    World world({.sites = 3});
    world.publish(0, "a");
    world.publish(1, "a", world.names(0).at("a"));
    world.search(2, "a");
    world.run(1s);
    check_converged(world, 0s);
    const auto id = world.names(0).at("a");
    world.stop(0);
    for (int i = 0; i < 200; ++i) {
        world.run(100ms);
        CHECK(world.found(2, "a", "a") == id);
    }
    CHECK(world.cleared() <= 1); // the other's route in the same moment
}

TEST_CASE("answers in many small messages are put together") {
    World world({.sites = 2, .weather = {1ms, 50ms}, .longest = 4'096});
    for (int i = 0; i < 500; ++i)
        world.publish(0, fmt::format("many:{}", i));
    world.search(1, "many:.*");
    world.run(2s);
    check_converged(world, 5s);
    CHECK(world.replica(1).figures().names == 500);
}

TEST_CASE("what site searches for is all it hears of") {
    World world({.sites = 10});
    for (int site = 0; site < 10; ++site)
        for (int i = 0; i < 20; ++i)
            world.publish(site, fmt::format("family-{}:{}", site, i));
    world.search(0, "family-1:3");
    world.run(5s);
    check_converged(world, 0s);
    const auto before = world.hub.figures(0).delivered;
    for (int round = 0; round < 100; ++round) {
        for (int site = 2; site < 10; ++site)
            world.withdraw(site, fmt::format("family-{}:3", site));
        for (int site = 2; site < 10; ++site)
            world.publish(site, fmt::format("family-{}:3", site));
    }
    world.run(30s);
    CHECK(world.hub.figures(0).delivered - before <= 12); // beats of site 1
}
