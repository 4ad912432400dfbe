#include "tests/object/talk.hpp"
#include <doctest/doctest.h>
#include <layer_cake/object/named.hpp>

namespace lc = layer_cake;
using namespace std::chrono_literals;
using namespace talk;

namespace {

Sum count(lc::Self&, int of) {
    return {of};
}

lc::Any patient(lc::Self& self) {
    self.select<lc::Stop>();
    return lc::Aborted{};
}

lc::Any stubborn(lc::Self& self) {
    for (;;)
        if (self.input().is<lc::Resume>()) return lc::Aborted{};
}
LAYER_CAKE_OBJECT(stubborn)

struct Manager {
    using accepts = lc::accepts<lc::Start, lc::Returned>;
    int wanted;
    std::int64_t sum = 0;
    int ended = 0;
    void on(lc::Object& self, lc::Start) {
        for (int i = 0; i < wanted; ++i) {
            const auto child = self.create(count, i);
            self.assign(child, Sum{i});
            if (i % 2) self.on_return(child, [this](lc::Object& self, lc::Any value) { took(self, value); });
        }
    }
    void on(lc::Object& self, lc::Returned& returned) {
        CHECK(self.debrief().get<Sum>()->of == returned.message.get<Sum>()->of);
        CHECK_FALSE(self.debrief());
        took(self, returned.message);
    }
    void took(lc::Object& self, const lc::Any& value) {
        sum += value.get<Sum>()->of;
        if (++ended == wanted) self.complete(Sum{sum});
    }
};

struct Grandparent {
    using accepts = lc::accepts<lc::Start>;
    int depth;
    void on(lc::Object& self, lc::Start) {
        if (depth > 0)
            self.create<Grandparent>(depth - 1);
        else
            self.create(patient);
    }
};

} // namespace

TEST_CASE("every child's value comes back once, to its callback or as Returned with its context") {
    Still still;
    still.runtime.start<Manager>(10);
    auto value = still.runtime.wait();
    CHECK(value.get<Sum>()->of == 45);
}

TEST_CASE("no object outlives its parent: a Stop at the top ends the deepest one first") {
    Still still;
    const auto root = still.runtime.start<Grandparent>(50);
    still.runtime.settle();
    CHECK(still.runtime.alive().size() == 52);
    still.runtime.send(lc::Stop{}, root);
    still.runtime.settle();
    CHECK(still.runtime.wait(0s)->is<lc::Aborted>());
    CHECK(still.runtime.alive().empty());
}

TEST_CASE("a parent that returns early ends when its children have, and its value waits for that") {
    Still still;
    lc::Address child;
    still.runtime.start([&](lc::Self& self) {
        child = self.create(stubborn);
        return Sum{7};
    });
    still.runtime.settle();
    CHECK_FALSE(still.runtime.wait(0s));
    CHECK(still.runtime.alive().size() == 2);
    still.runtime.send(lc::Resume{}, child);
    still.runtime.settle();
    CHECK(still.runtime.wait(0s)->get<Sum>()->of == 7);
}

TEST_CASE("stopping has a deadline and names the objects that are still alive") {
    lc::Runtime runtime;
    std::atomic<std::int64_t> child{0};
    runtime.start([&](lc::Self& self) -> lc::Any {
        child = self.create(lc::on_thread("store"), stubborn).id();
        return patient(self);
    });
    while (child == 0)
        std::this_thread::yield();
    const auto ended = runtime.stop(50ms);
    REQUIRE_FALSE(ended);
    CHECK(ended.error().fault == layer_cake::Fault::timed_out);
    CHECK(ended.error().detail.find("stubborn <") != std::string::npos);
    CHECK(ended.error().detail.find("> on store") != std::string::npos);
    runtime.send(lc::Resume{}, lc::Address(child));
    CHECK(runtime.stop(10s));
}

TEST_CASE("code that does not come back is named as stuck") {
    lc::Runtime runtime;
    std::atomic<bool> release{false};
    std::atomic<bool> in{false};
    runtime.start([&](lc::Self& self) {
        self.create(lc::own_thread(), [&](lc::Self&) {
            in = true;
            while (!release)
                std::this_thread::yield();
        });
        return patient(self);
    });
    while (!in)
        std::this_thread::yield();
    const auto ended = runtime.stop(10ms);
    REQUIRE_FALSE(ended);
    CHECK(ended.error().detail.find("on own (stuck)") != std::string::npos);
    release = true;
    CHECK(runtime.stop(10s));
}

TEST_CASE("what waits when the runtime ends is unwound") {
    int unwound = 0;
    struct Count {
        int& of;
        ~Count() { ++of; }
    };
    {
        Still still;
        still.runtime.start([&](lc::Self& self) {
            const Count count{unwound};
            self.create([&](lc::Self& self) {
                const Count count{unwound};
                self.delay(1h);
            });
            self.input();
        });
        still.runtime.settle();
    }
    CHECK(unwound == 2);
}

TEST_CASE("a child whose end was not looked at keeps nobody from ending") {
    lc::Runtime runtime;
    const auto returned = runtime.run([](lc::Self& self) {
        const auto other = self.create(patient);
        self.create(count, 1);
        self.ask(lc::Ack{}, other, 5ms);
        return 7;
    });
    CHECK(returned == lc::Any(7));
}
