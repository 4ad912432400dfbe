#include <doctest/doctest.h>
#include <layer_cake/net/keeper.hpp>
#include <limits>

using namespace layer_cake::net;
using namespace std::chrono_literals;

TEST_CASE("two keepers take turns for ever, and one left alone notices") {
    Keeper connecting(layer_cake::Random(1)), accepting(layer_cake::Random(2));
    auto period = connecting.new_period();
    CHECK(period >= 57.0);
    CHECK(period <= 62.4 + 1e-9);
    auto patience = connecting.asked(period);
    CHECK(patience > 59s);
    Keeper* silent = &accepting;
    Keeper* listening = &connecting;
    for (int turn = 0; turn < 100; ++turn) {
        const auto silence = silent->heard(period);
        REQUIRE(silence);
        CHECK(*silence < patience);
        CHECK(silent->due() == Keeper::Due::say_still_there);
        period = silent->new_period();
        patience = silent->said(period);
        std::swap(silent, listening);
    }
    CHECK(listening->due() == Keeper::Due::gone);
    CHECK(listening->due() == Keeper::Due::nothing);
}

TEST_CASE("a silence that makes no sense is not kept") {
    Keeper keeper;
    for (const double seconds :
         {0.0, -1.0, 1e9, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
        CHECK_FALSE(keeper.heard(seconds));
}
