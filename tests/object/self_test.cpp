#include "tests/object/talk.hpp"
#include <doctest/doctest.h>
#include <layer_cake/object/named.hpp>
#include <layer_cake/object/outbound.hpp>
#include <stdexcept>

namespace lc = layer_cake;
using namespace std::chrono_literals;
using namespace talk;

namespace {

Sum texture(lc::Self&, Xy size) {
    return {std::int64_t{size.x} * size.y};
}

lc::Any worker(lc::Self& self) {
    for (;;) {
        auto m = self.input();
        if (auto* xy = m.get<Xy>())
            self.reply(texture(self, *xy));
        else if (m.is<lc::Stop>())
            return lc::Aborted{};
    }
}
LAYER_CAKE_OBJECT(worker, lc::accepts<Xy>)

lc::Any broken(lc::Self& self) {
    self.input();
    throw std::runtime_error("broken");
}
LAYER_CAKE_OBJECT(broken)

lc::Any deaf(lc::Self& self) {
    self.select<Sum>();
    return Sum{1};
}

} // namespace

TEST_CASE("a function computes and its value is what is returned") {
    Still still;
    auto value = still.runtime.run(texture, Xy{6, 7});
    REQUIRE(value.is<Sum>());
    CHECK(value.get<Sum>()->of == 42);
}

TEST_CASE("a worker answers many requests, on a fiber, a thread of its own and a named one alike") {
    for (const auto& place : {lc::here(), lc::own_thread(), lc::on_thread("store")}) {
        lc::Runtime runtime;
        auto value = runtime.run([&](lc::Self& self) -> lc::Any {
            const auto address = self.create(place, worker);
            std::int64_t sum = 0;
            for (int i = 0; i < 100; ++i) {
                auto answer = self.ask<Sum>(Xy{i, 2}, address, 10s);
                if (!answer) return answer.release();
                sum += answer->of;
            }
            self.send(lc::Stop{}, address);
            auto returned = self.input();
            CHECK(returned.get<lc::Returned>()->message.is<lc::Aborted>());
            CHECK(self.return_address() == address);
            return Sum{sum};
        });
        REQUIRE(value.is<Sum>());
        CHECK(value.get<Sum>()->of == 9900);
        CHECK(runtime.counts().dead_letters == 0);
    }
}

TEST_CASE("an ask is always answered by a value: no answer in time, no such object, an object that ends") {
    Still still;
    still.runtime.start([&](lc::Self& self) -> lc::Any {
        const auto silent = self.create(deaf);
        const auto before = self.now();
        auto late = self.ask(Xy{}, silent, 5s);
        CHECK(late.is<lc::TimedOut>());
        CHECK(self.now() - before == 5s);
        CHECK(explanation(self.ask(Xy{}, lc::Address(12345678), 5s)) == "no such object: it has ended");
        CHECK(lc::as_fault(self.ask(Xy{}, lc::Address(), 5s)));
        CHECK(explanation(self.ask(Xy{}, self.create(broken), 5s)) == "no answer: broken has ended");
        CHECK(explanation(self.input().get<lc::Returned>()->message) == "object faulted: unhandled exception (broken)");
        self.send(Sum{}, silent);
        self.input();
        CHECK(lc::as_fault(self.ask(Xy{}, silent, 5s)));
        return {};
    });
    still.runtime.settle();
    still.pass(5s);
    CHECK(still.runtime.wait(0s));
}

TEST_CASE("a forwarded request is answered to who asked, and shares the asker's deadline") {
    Still still;
    still.runtime.start([&](lc::Self& self) -> lc::Any {
        const auto front = self.create([](lc::Self& self) -> lc::Any {
            const auto back = self.create(worker);
            const auto never = self.create(deaf);
            auto m = self.input();
            CHECK(self.deadline() == self.now() + 3s);
            self.forward(std::move(m), back);
            m = self.input();
            const auto from = self.return_address();
            CHECK(self.ask(Xy{}, never, 1h).is<lc::TimedOut>());
            CHECK(self.return_address() == from);
            self.reply(Sum{-1});
            return lc::Aborted{};
        });
        auto answer = self.ask<Sum>(Xy{5, 5}, front, 3s);
        CHECK((answer && answer->of == 25));
        CHECK(self.ask(Xy{}, front, 2s).is<lc::TimedOut>());
        auto returned = self.input();
        CHECK(returned.is<lc::Returned>());
        return {};
    });
    still.runtime.settle();
    still.pass(2s);
    CHECK(still.runtime.wait(0s));
    CHECK(still.runtime.counts().dead_letters == 0);
}

TEST_CASE("select takes what it is asked for and leaves the rest in order; a saved message comes again") {
    Still still;
    still.runtime.run([](lc::Self& self) {
        for (int i = 0; i < 3; ++i) {
            self.send(Xy{i, 0}, self.address());
            self.send(Sum{i}, self.address());
        }
        CHECK(self.select<Sum>().get<Sum>()->of == 0);
        CHECK(self.select<Sum, Ball>().get<Sum>()->of == 1);
        auto first = self.input();
        CHECK(first.get<Xy>()->x == 0);
        self.save(std::move(first));
        CHECK(self.input().get<Xy>()->x == 1);
        CHECK(self.input().get<Xy>()->x == 0);
        CHECK(self.input().get<Xy>()->x == 2);
        CHECK(self.input().get<Sum>()->of == 2);
        CHECK(self.input(0s).is<lc::TimedOut>());
        CHECK(self.select<Xy>(0s).is<lc::TimedOut>());
    });
}

TEST_CASE("a Stop ends a delay and an ask with Aborted and is the next input") {
    Still still;
    const auto root = still.runtime.start([](lc::Self& self) {
        CHECK(self.delay(1s).is<lc::TimedOut>());
        CHECK(self.delay(1h).is<lc::Aborted>());
        CHECK(self.delay(1h).is<lc::Aborted>());
        CHECK(self.input().is<lc::Stop>());
        const auto silent = self.create(deaf);
        CHECK(self.ask(Xy{}, silent, 1h).is<lc::Aborted>());
        CHECK(self.ask(Xy{}, silent, 1h).is<lc::Aborted>());
        CHECK(self.select<Xy>().is<lc::Stop>());
        CHECK(self.ask(Xy{}, silent, 0s).is<lc::TimedOut>());
        self.abort(Sum{9});
        return lc::Aborted{};
    });
    still.runtime.settle();
    still.pass(1s);
    still.runtime.send(lc::Stop{}, root);
    still.runtime.settle();
    still.runtime.send(lc::Stop{}, root);
    still.runtime.settle();
    const auto value = still.runtime.wait(0s);
    REQUIRE(value);
    CHECK(value->is<Sum>());
}

TEST_CASE("concurrently waits for all and keeps the order; what is late is TimedOut, what fails a fault") {
    Still still;
    still.runtime.start([](lc::Self& self) {
        const auto one = self.create(worker);
        const auto two = self.create(lc::here(), worker);
        auto all = lc::Concurrently(self).ask(Xy{1, 2}, one).create(texture, Xy{3, 3}).ask(Xy{2, 2}, two).wait(1s);
        REQUIRE(all.size() == 3);
        CHECK(all[0].get<Sum>()->of == 2);
        CHECK(all[1].get<Sum>()->of == 9);
        CHECK(all[2].get<Sum>()->of == 4);
        CHECK(lc::Concurrently(self).wait(1s).empty());
        auto mixed = lc::Concurrently(self).create(deaf).ask(Xy{1, 2}, one).ask(Xy{}, lc::Address(99)).wait(1s);
        CHECK(mixed[0].is<lc::TimedOut>());
        CHECK(mixed[1].is<Sum>());
        CHECK(mixed[2].is<lc::Faulted>());
        CHECK(self.input(1s).is<lc::TimedOut>());
        CHECK(self.working() == 2);
    });
    still.runtime.settle();
    still.pass(1s);
    still.pass(1s);
    CHECK(still.runtime.wait(0s));
}

TEST_CASE("an address that leads through a proxy arrives there with the rest of it") {
    Still still;
    still.runtime.run([](lc::Self& self) {
        const auto far = lc::Address{7, 8}.through(self.address().id());
        self.send(Xy{1, 2}, far);
        auto m = self.input();
        auto* outbound = m.get<layer_cake::object::Outbound>();
        REQUIRE(outbound);
        CHECK(outbound->to == lc::Address{7, 8});
        CHECK(outbound->message.is<Xy>());
    });
}

TEST_CASE("threads of their own come and go by the hundred, and an old address never leads to a newer object") {
    lc::Runtime runtime;
    auto value = runtime.run([](lc::Self& self) -> lc::Any {
        std::vector<lc::Address> old;
        for (int i = 0; i < 300; ++i) {
            const auto child = self.create(lc::own_thread(), worker);
            for (const auto& before : old)
                if (before == child) return lc::Nak{};
            old.push_back(child);
            self.send(lc::Stop{}, child);
            self.select<lc::Returned>();
        }
        const auto last = self.create(lc::own_thread(), worker);
        if (!lc::as_fault(self.ask(Xy{}, old.back(), 10s))) return lc::Nak{};
        if (!self.ask(Xy{}, last, 10s).is<Sum>()) return lc::Nak{};
        return lc::Ack{};
    });
    CHECK(value.is<lc::Ack>());
}

TEST_CASE("a function may end without taking what its children returned") {
    Still still;
    const auto value = still.runtime.run([](lc::Self& self) -> lc::Any {
        self.create([](lc::Self&) { return Sum{1}; });
        self.send(Xy{2, 2}, self.address());
        self.select<Xy>(); // the child ends meanwhile
        return Sum{2};
    });
    CHECK(value.is<Sum>());
}
