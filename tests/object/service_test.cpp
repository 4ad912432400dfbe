#include "tests/object/talk.hpp"
#include <doctest/doctest.h>
#include <layer_cake/object/shard.hpp>

namespace lc = layer_cake;
using namespace std::chrono_literals;
using namespace talk;

namespace {

/// Counts the balls it gets; ends when it is told to, after a while.
struct Basket {
    using accepts = lc::accepts<Ball, lc::Stop, lc::T1>;
    std::atomic<int>* ended = nullptr;
    std::int64_t balls = 0;

    Sum on(lc::Object&, const Ball&) { return {++balls}; }
    void on(lc::Object& self, lc::Stop) { self.start<lc::T1>(20ms); }
    void on(lc::Object& self, lc::T1) {
        if (ended) ++*ended;
        self.complete();
    }
};

} // namespace

TEST_CASE("a service is made once, shared by all threads, and ended after the root before its value is there") {
    std::atomic<int> made{0}, ended{0};
    lc::Runtime runtime;
    const auto make = [&] {
        ++made;
        return lc::object::make_machine<Basket>(&ended);
    };
    const auto throws = [&](lc::Self& self) -> lc::Any {
        const auto basket = self.shard().runtime().service("basket", make);
        auto sum = self.ask<Sum>(Ball{}, basket, 5s); // whatever is sent at once arrives
        return Sum{sum ? sum->of : -1};
    };
    auto value = runtime.run([&](lc::Self& self) -> lc::Any {
        std::int64_t most = 0;
        for (int i = 0; i < 5; ++i)
            self.create(i % 2 == 0 ? lc::here() : lc::own_thread(), throws);
        for (int i = 0; i < 5; ++i) {
            auto returned = self.input();
            most = std::max(most, returned.get<lc::Returned>()->message.get<Sum>()->of);
        }
        CHECK(self.working() == 0);
        CHECK(ended == 0);
        return Sum{most};
    });
    CHECK(ended == 1);
    CHECK(made == 1);
    CHECK(value.get<Sum>()->of == 5);
}

TEST_CASE(
    "what was provided is made in place of what is asked for, again when it has ended, and never without a root") {
    lc::Runtime runtime;
    int provided = 0;
    runtime.provide("basket", [&] {
        ++provided;
        return lc::object::make_machine<Basket>();
    });
    const auto never = []() -> std::unique_ptr<lc::Object> { return nullptr; };
    CHECK_FALSE(runtime.service("basket", never));
    for (int run = 1; run <= 2; ++run) {
        runtime.run([&](lc::Self& self) -> lc::Any {
            auto& all = self.shard().runtime();
            const auto basket = all.service("basket", never);
            CHECK(all.service("basket", never) == basket);
            CHECK(self.ask<Sum>(Ball{}, basket, 5s));
            return {};
        });
        CHECK(provided == run);
        CHECK_FALSE(runtime.service("basket", never));
    }
}

TEST_CASE("a service needs no thread where the runtime has none") {
    Still still;
    still.runtime.start([](lc::Self& self) -> lc::Any {
        const auto basket = self.shard().runtime().service("basket", [] { return lc::object::make_machine<Basket>(); });
        auto sum = self.ask<Sum>(Ball{}, basket, 5s);
        return Sum{sum ? sum->of : -1};
    });
    still.runtime.settle();
    still.pass(1s);
    const auto value = still.runtime.wait(0s);
    REQUIRE(value);
    CHECK(value->get<Sum>()->of == 1);
}
