#include "tests/object/talk.hpp"
#include <doctest/doctest.h>

namespace lc = layer_cake;
using namespace std::chrono_literals;
using namespace talk;

namespace {

struct Introduce {
    std::vector<lc::Address> all;
};
LAYER_CAKE_MESSAGE(Introduce, all)

Sum count_down(lc::Self& self, int depth) {
    if (depth == 0) return {1};
    const auto place = depth % 2 ? lc::on_thread("odd") : lc::on_thread("even");
    self.create(place, count_down, depth - 1);
    for (;;) {
        auto m = self.input();
        const auto* returned = m.get<lc::Returned>(); // else a Stop, which the child gets, too
        if (!returned)
            self.abort();
        else
            return returned->message.is<Sum>() ? Sum{returned->message.get<Sum>()->of + 1} : Sum{-1000};
    }
}

/// Hands balls to the others until they have bounced enough, and has helpers come and go meanwhile.
struct Juggler {
    using accepts = lc::accepts<Introduce, Ball, lc::Returned>;
    lc::Address home;
    std::vector<lc::Address> others{};
    std::size_t next = 0;
    void on(lc::Object&, Introduce& introduce) { others = std::move(introduce.all); }
    void on(lc::Object& self, const Ball& ball) {
        if (ball.bounces % 50 == 7) self.create(count_down, 2);
        if (ball.bounces == 400) return self.send(ball, home);
        if (others.empty()) return self.save(std::move(self.message())); // not introduced yet
        next = (next * 5 + 3) % others.size();
        self.send(Ball{ball.bounces + 1}, others[next]);
    }
    void on(lc::Object&, const lc::Returned&) {}
};

} // namespace

TEST_CASE("what jugglers on four threads throw to each other all comes home") {
    lc::Runtime runtime;
    auto value = runtime.run([](lc::Self& self) -> lc::Any {
        std::vector<lc::Address> all;
        for (const auto& place : {lc::here(), lc::on_thread("odd"), lc::on_thread("even"), lc::own_thread()})
            for (int i = 0; i < 2; ++i)
                all.push_back(self.create<Juggler>(place, self.address()));
        for (const auto& juggler : all)
            self.send(Introduce{all}, juggler);
        for (int i = 0; i < 64; ++i)
            self.send(Ball{i % 3}, all[static_cast<std::size_t>(i) % all.size()]);
        std::int64_t home = 0;
        while (home < 64)
            if (self.input().is<Ball>()) ++home;
        return Sum{home};
    });
    CHECK(value.get<Sum>()->of == 64);
    CHECK(runtime.counts().dead_letters == 0);
    CHECK(runtime.counts().overflows == 0);
    CHECK(runtime.alive().empty());
}

TEST_CASE("a chain of functions over two threads unwinds in order, however deep") {
    lc::Runtime runtime;
    auto value = runtime.run(count_down, 500);
    CHECK(value.get<Sum>()->of == 501);
}

TEST_CASE("a Stop from outside ends a whole tree over all threads in time") {
    lc::Runtime runtime;
    std::atomic<int> waiting{0};
    runtime.start([&](lc::Self& self) {
        for (const auto& place : {lc::here(), lc::on_thread("odd"), lc::own_thread()})
            for (int i = 0; i < 20; ++i)
                self.create(place, [&](lc::Self& self) {
                    self.create([](lc::Self& self) { self.delay(1h); });
                    ++waiting;
                    self.input();
                    return Sum{1};
                });
        self.select<lc::Stop>();
    });
    while (waiting < 60)
        std::this_thread::yield();
    CHECK(runtime.stop(10s));
    CHECK(runtime.alive().empty());
}

TEST_CASE("the end of the root is told when its value is there") {
    std::atomic<bool> ended{false};
    lc::object::Runtime::Options options;
    options.ended = [&] { ended = true; };
    lc::Runtime runtime(std::move(options));
    runtime.start([](lc::Self&) { return Sum{3}; });
    while (!ended)
        std::this_thread::yield();
    const auto value = runtime.wait(0s);
    REQUIRE(value);
    CHECK(value->get<Sum>()->of == 3);
}
