#include "tests/object/talk.hpp"
#include <doctest/doctest.h>

namespace lc = layer_cake;
using namespace std::chrono_literals;
using namespace talk;

namespace {

struct Pong {
    using accepts = lc::accepts<Ball>;
    void on(lc::Object& self, Ball&) { self.reply(std::move(self.message())); }
};

struct Ping {
    using accepts = lc::accepts<lc::Start, Ball>;
    std::int64_t bounces;
    lc::Address pong{};
    void on(lc::Object& self, lc::Start) {
        pong = self.create<Pong>();
        self.send(Ball{1}, pong);
    }
    void on(lc::Object& self, const Ball& ball) {
        if (ball.bounces == bounces)
            self.complete(Sum{ball.bounces});
        else
            self.send(Ball{ball.bounces + 1}, pong);
    }
};

struct Push {
    bool operator==(const Push&) const = default;
};
LAYER_CAKE_MESSAGE(Push)
struct Toast {
    int slices = 0;
};
LAYER_CAKE_MESSAGE(Toast, slices)

struct Toaster {
    enum State { idle, toasting };
    using states = lc::states<idle, toasting>;
    using accepts = lc::accepts<Push, lc::T1, lc::Enquiry>;
    int slices = 0;
    State on(lc::Object& self, lc::at<idle>, Push) {
        self.start<lc::T1>(2min);
        return toasting;
    }
    State on(lc::Object&, lc::at<toasting>, lc::T1) {
        ++slices;
        return idle;
    }
    State on(lc::Object& self, lc::at<toasting>, lc::Enquiry) {
        self.save(std::move(self.message()));
        return toasting;
    }
    State on(lc::Object& self, lc::at<idle>, lc::Enquiry) {
        self.reply(Toast{slices});
        return idle;
    }
};

struct Nervous {
    using accepts = lc::accepts<Xy, lc::Faulted, lc::Unknown>;
    std::string& seen;
    void on(lc::Object&, const Xy&) { throw std::runtime_error("no"); }
    void on(lc::Object&, const lc::Faulted& fault) { seen += fault.condition + ";"; }
    void on(lc::Object&, lc::Unknown, lc::Any& message) { seen += message.signature() + ";"; }
};

struct Adder {
    using accepts = lc::accepts<Xy>;
    Sum on(lc::Object&, const Xy& xy) { return {xy.x + xy.y}; }
};

struct Lost {
    enum State { here, there, nowhere };
    using states = lc::states<here, there>;
    using accepts = lc::accepts<Push>;
    State on(lc::Object&, Push) { return nowhere; }
};

} // namespace

TEST_CASE("two machines play ping-pong to the end and the winner's value is the root's") {
    Still still;
    still.runtime.start<Ping>(1000);
    auto value = still.runtime.wait();
    REQUIRE(value.is<Sum>());
    CHECK(value.get<Sum>()->of == 1000);
    CHECK(still.runtime.counts().dead_letters == 0);
}

TEST_CASE("two machines on a thread of the runtime do the same") {
    lc::Runtime runtime;
    runtime.start<Ping>(1000);
    auto value = runtime.wait();
    REQUIRE(value.is<Sum>());
}

TEST_CASE("a machine's handler answers with what it returns") {
    Still still;
    auto value = still.runtime.run([](lc::Self& self) {
        const auto adder = self.create<Adder>();
        return self.ask(Xy{3, 4}, adder, 1s);
    });
    REQUIRE(value.is<Sum>());
    CHECK(value.get<Sum>()->of == 7);
}

TEST_CASE("a machine with states goes by its state, waits for its timer and hands out what it saved") {
    Still still;
    still.runtime.start([](lc::Self& self) {
        const auto toaster = self.create<Toaster>();
        self.send(Push{}, toaster);
        auto toast = self.ask<Toast>(lc::Enquiry{}, toaster, 10min);
        return toast ? Sum{toast->slices} : Sum{-1};
    });
    still.runtime.settle();
    still.pass(2min - 1ns);
    CHECK_FALSE(still.runtime.wait(0s));
    still.pass(1ns);
    auto value = still.runtime.wait(0s);
    REQUIRE(value);
    REQUIRE(value->is<Sum>());
    CHECK(value->get<Sum>()->of == 1);
}

TEST_CASE("a machine without a handler for Stop is aborted by it, and one that shifts to nowhere has faulted") {
    Still still;
    auto value = still.runtime.run([](lc::Self& self) -> lc::Any {
        const auto adder = self.create<Adder>();
        self.send(lc::Stop{}, adder);
        auto first = self.input();
        const auto lost = self.create<Lost>();
        self.send(Push{}, lost);
        self.send(Push{}, lost);
        auto second = self.input();
        CHECK(first.get<lc::Returned>()->message.is<lc::Aborted>());
        CHECK(explanation(second.get<lc::Returned>()->message) == "object faulted: shifted to nowhere");
        return {};
    });
    CHECK_FALSE(value);
}

TEST_CASE("every fault reaches the handler for Faulted, everything else the one for Unknown, an exception the parent") {
    Still still;
    std::string seen;
    still.runtime.run([&](lc::Self& self) {
        const auto nervous = self.create<Nervous>(seen);
        self.send(lc::Busy{{"busy", {}, {}, {}}}, nervous);
        self.send(lc::Aborted{}, nervous);
        self.send(Sum{1}, nervous);
        self.send(std::string("text"), nervous);
        self.send(Xy{}, nervous);
        self.send(Xy{}, nervous);
        auto returned = self.input();
        CHECK(explanation(returned.get<lc::Returned>()->message) == "object faulted: unhandled exception (no)");
    });
    CHECK(seen == "busy;aborted;talk.Sum;unicode;");
    CHECK(still.runtime.counts().dead_letters == 1);
}
