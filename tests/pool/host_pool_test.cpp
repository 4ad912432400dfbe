#include "tests/object/talk.hpp"

#include <doctest/doctest.h>
#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;
using namespace std::chrono_literals;
using namespace talk;

namespace {

/// Answers Sum{n} for Ball{n}, and ends by Ball{-1}.
lc::Any adder(lc::Self& self) {
    for (;;) {
        auto m = self.input();
        if (m.is<lc::Stop>()) return lc::Aborted{};
        const auto* ball = m.get<Ball>();
        if (!ball) continue;
        if (ball->bounces == -1) return lc::Ack{};
        self.reply(Sum{ball->bounces});
    }
}
LAYER_CAKE_OBJECT(adder, lc::accepts<Ball>)

lc::Any published_adder(lc::Self& self) {
    lc::publish_worker(self, adder, lc::Scope::PROCESS);
    return adder(self);
}

lc::PoolSettings hosts() {
    lc::PoolSettings settings;
    settings.placement = lc::Placement::host;
    settings.scope = lc::Scope::PROCESS;
    settings.responsiveness = 20s;
    return settings;
}

/// Asks until somebody answers.
lc::Any ask_until_answered(lc::Self& self, const lc::Address& pool, std::int64_t n) {
    for (;;) {
        auto answer = self.ask(Ball{n}, pool, 20s);
        if (!answer.is<lc::TemporarilyUnavailable>()) return answer;
        self.delay(1ms);
    }
}

} // namespace

TEST_CASE("a pool of hosts refuses while nobody is there, and has whoever comes, whenever that is") {
    lc::Runtime runtime;
    const auto value = runtime.run([](lc::Self& self) -> lc::Any {
        const auto early = self.create(published_adder);
        const auto pool = self.create_pool(adder, hosts());
        auto answer = ask_until_answered(self, pool, 1);
        if (!answer.is<Sum>() || answer.get<Sum>()->of != 1) return lc::Nak{};

        self.send(Ball{-1}, early);
        self.select<lc::Returned>();
        for (;;) { // the end of the only worker is known a little later
            answer = self.ask(Ball{2}, pool, 20s);
            if (answer.is<lc::TemporarilyUnavailable>()) break;
            if (!lc::as_fault(answer)) return lc::Nak{};
        }
        self.create(published_adder);
        answer = ask_until_answered(self, pool, 3);
        return answer.is<Sum>() && answer.get<Sum>()->of == 3 ? lc::Any(lc::Ack{}) : lc::Any(lc::Nak{});
    });
    CHECK(value.is<lc::Ack>());
}

TEST_CASE("all that have published are workers of it, and share the work") {
    lc::Runtime runtime;
    const auto value = runtime.run([](lc::Self& self) -> lc::Any {
        for (int i = 0; i < 3; ++i)
            self.create(lc::own_thread(), published_adder);
        const auto pool = self.create_pool(adder, hosts());
        ask_until_answered(self, pool, 0);
        lc::Concurrently all(self);
        for (std::int64_t n = 0; n < 100; ++n)
            all.ask(Ball{n}, pool);
        std::int64_t sum = 0;
        for (const auto& answer : all.wait(20s))
            if (const auto* one = answer.get<Sum>()) sum += one->of;
        return Sum{sum};
    });
    REQUIRE(value.is<Sum>());
    CHECK(value.get<Sum>()->of == 4950);
}

TEST_CASE("a search that cannot be is what the pool returns") {
    lc::Runtime runtime;
    const auto value = runtime.run([](lc::Self& self) -> lc::Any {
        auto settings = hosts();
        settings.search = "(";
        self.create_pool(adder, settings);
        auto ended = self.select<lc::Returned>();
        return std::move(ended.get<lc::Returned>()->message);
    });
    CHECK(value.is<lc::NotSubscribed>());
}

TEST_CASE("the search of a pool of hosts is the worker's name and whatever is added to it") {
    CHECK(layer_cake::pool::worker_search("texture.worker") == "texture\\.worker(:.*)?");
}
