#include "tests/object/talk.hpp"
#include <algorithm>
#include <doctest/doctest.h>
#include <layer_cake/object/timer_queue.hpp>
#include <random>

namespace lc = layer_cake;
using namespace std::chrono_literals;
using namespace talk;
using layer_cake::object::Deadline;
using layer_cake::object::TimerQueue;

TEST_CASE("deadlines come in order, alike ones as they were set, and cancelled ones never") {
    TimerQueue queue;
    std::vector<Deadline> all(2000);
    std::minstd_rand random(7);
    for (auto& deadline : all)
        queue.set(deadline, static_cast<std::int64_t>(random() % 500));
    for (std::size_t i = 0; i < all.size(); i += 3)
        queue.cancel(all[i]);
    for (std::size_t i = 1; i < all.size(); i += 3)
        queue.set(all[i], static_cast<std::int64_t>(random() % 500));
    std::int64_t last = 0;
    std::size_t seen = 0;
    while (!queue.empty()) {
        auto* next = queue.pop(1'000'000);
        REQUIRE(next);
        CHECK(next->due >= last);
        CHECK((next - all.data()) % 3 != 0);
        last = next->due;
        ++seen;
    }
    CHECK(seen == all.size() - (all.size() + 2) / 3);

    Deadline first, second;
    queue.set(first, 5);
    queue.set(second, 5);
    CHECK(queue.pop(4) == nullptr);
    CHECK(queue.pop(5) == &first);
    CHECK(queue.pop(5) == &second);
}

TEST_CASE(
    "a timer is never early, is replaced when started again and silent once cancelled, even when it is under way") {
    Still still;
    std::string seen;
    still.runtime.start([&](lc::Self& self) {
        self.start<lc::T1>(3s);
        self.start<lc::T2>(1s);
        self.start<lc::T2>(2s);
        self.start<lc::T3>(1s);
        self.start<lc::T4>(1s);
        self.start<Xy>(4s);
        self.repeat<lc::T5>(2s);
        for (;;) {
            auto m = self.input();
            seen += m.signature().substr(m.signature().rfind('.') + 1) + " ";
            if (m.is<lc::T3>()) self.cancel<lc::T4>();
            if (m.is<Xy>()) break;
        }
    });
    still.runtime.settle();
    still.pass(1s - 1ns);
    CHECK(seen == "");
    still.pass(1ns);
    CHECK(seen == "T3 ");
    still.pass(1s);
    CHECK(seen == "T3 T2 T5 ");
    still.pass(1s);
    CHECK(seen == "T3 T2 T5 T1 ");
    still.pass(1s);
    CHECK(seen == "T3 T2 T5 T1 Xy ");
    CHECK(still.runtime.wait(0s));
}
