#include <cstdlib>
#include <doctest/doctest.h>
#include <layer_cake/core/random.hpp>
#include <set>

using namespace layer_cake;

TEST_CASE("one seed gives one sequence, within the limit") {
    Random a(5);
    Random b(5);
    for (int i = 0; i < 100; ++i) {
        const auto drawn = a.up_to(10);
        CHECK(drawn == b.up_to(10));
        CHECK(drawn <= 10);
    }
    CHECK(a.up_to(0) == 0);
}

TEST_CASE("LAYER_CAKE_SEED makes delays repeatable") {
    ::setenv("LAYER_CAKE_SEED", "42", 1);
    Random a;
    Random b;
    ::unsetenv("LAYER_CAKE_SEED");
    CHECK(a.up_to(1'000'000) == b.up_to(1'000'000));
}

TEST_CASE("without a seed two processes do not go in step") {
    std::set<std::uint64_t> drawn;
    for (int i = 0; i < 5; ++i)
        drawn.insert(Random().up_to(~std::uint64_t(0)));
    CHECK(drawn.size() > 1);
}
