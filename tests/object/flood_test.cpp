#include "tests/object/talk.hpp"
#include <doctest/doctest.h>

namespace lc = layer_cake;
using namespace std::chrono_literals;
using namespace talk;

namespace {

struct Sink {
    using accepts = lc::accepts<Xy, lc::Enquiry>;
    std::int64_t taken = 0;
    void on(lc::Object&, const Xy&) { ++taken; }
    Sum on(lc::Object&, lc::Enquiry) { return {taken}; }
};

} // namespace

TEST_CASE("a mailbox takes what it is bound to, counts the rest and answers who asks; a Stop still comes through") {
    Still still;
    still.runtime.run([&](lc::Self& self) {
        const auto sink = self.create<Sink>(lc::here().with_mailbox(100));
        for (int i = 0; i < 1000; ++i)
            self.send(Xy{}, sink);
        auto refused = self.ask(lc::Enquiry{}, sink, 1s);
        CHECK(refused.is<lc::Overloaded>());
        CHECK(explanation(refused).ends_with("Sink is full"));
        CHECK(self.ask<Sum>(lc::Enquiry{}, sink, 1s)->of == 100);
        for (int i = 0; i < 200; ++i)
            self.send(Xy{}, sink);
        self.send(lc::Stop{}, sink);
        CHECK(self.input().is<lc::Returned>());
    });
    CHECK(still.runtime.counts().overflows == 1000);
    CHECK(still.runtime.counts().dead_letters == 0);
}

TEST_CASE("ten times its bound from another thread neither blocks nor goes missing") {
    lc::Runtime runtime;
    constexpr int bound = 16'384;
    auto value = runtime.run([&](lc::Self& self) -> lc::Any {
        const auto sink = self.create<Sink>(lc::on_thread("sink").with_mailbox(bound));
        for (int i = 0; i < 10 * bound; ++i)
            self.send(Xy{}, sink);
        for (;;) {
            auto taken = self.ask<Sum>(lc::Enquiry{}, sink, 10s);
            if (taken) return taken.release();
            CHECK(taken.value().is<lc::Overloaded>());
        }
    });
    REQUIRE(value.is<Sum>());
    CHECK(value.get<Sum>()->of + static_cast<std::int64_t>(runtime.counts().overflows) >= 10 * bound);
    CHECK(value.get<Sum>()->of >= bound);
}
