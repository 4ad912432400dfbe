#include "tests/object/talk.hpp"
#include <doctest/doctest.h>
#include <stdexcept>

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

struct Picky {
    using accepts = lc::accepts<Xy>;
    explicit Picky(int number) {
        if (number < 0) throw std::invalid_argument("negative");
    }
    void on(lc::Object&, const Xy&) {}
};

struct Cascade { ///< asks the next one before it answers
    using accepts = lc::accepts<lc::Start, Xy>;
    int depth;
    lc::Address next{};
    void on(lc::Object& self, lc::Start) {
        if (depth > 0) next = self.create<Cascade>(depth - 1);
    }
    void on(lc::Object& self, const Xy& xy) {
        if (depth == 0) return self.reply(Sum{xy.x});
        const auto asker = self.return_address();
        self.request(xy, next, 1min, [asker](lc::Object& self, lc::Any answer) {
            if (auto* sum = answer.get<Sum>()) ++sum->of;
            self.send(std::move(answer), asker);
        });
    }
};

struct Ticker {
    using accepts = lc::accepts<lc::Start, lc::T1>;
    std::vector<lc::Duration>& at;
    layer_cake::Instant began{};
    void on(lc::Object& self, lc::Start) {
        began = self.now();
        self.repeat<lc::T1>(1s);
    }
    void on(lc::Object& self, lc::T1) {
        at.push_back(self.now() - began);
        if (at.size() == 3) self.complete();
    }
};

struct Keeper {
    using accepts = lc::accepts<lc::type::Incognito>;
    std::string on(lc::Object&, const lc::type::Incognito& unknown) { return unknown.type_name; }
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

TEST_CASE(
    "a message of a type that is unknown here reaches the handler for Incognito, in a machine and in a function") {
    Still still;
    const auto hidden = [] {
        lc::type::Incognito unknown;
        unknown.type_name = "far.Away";
        return unknown;
    };
    auto value = still.runtime.run([&](lc::Self& self) -> lc::Any {
        const auto keeper = self.create<Keeper>();
        const auto keeping = self.create([](lc::Self& self) {
            auto m = self.select<lc::type::Incognito>();
            self.reply(std::move(m));
            self.input();
        });
        CHECK(self.ask<std::string>(hidden(), keeper, 1s).value().is<std::string>());
        return self.ask(hidden(), keeping, 1s);
    });
    REQUIRE(value.is<lc::type::Incognito>());
    CHECK(value.get<lc::type::Incognito>()->type_name == "far.Away");
}

TEST_CASE("a machine with states does the same here, on a named thread and on one of its own") {
    lc::Runtime runtime;
    runtime.run([](lc::Self& self) {
        for (const auto& place : {lc::here(), lc::on_thread("kitchen"), lc::own_thread()}) {
            const auto lost = self.create<Lost>(place);
            self.send(Push{}, lost);
            self.send(Push{}, lost);
            auto returned = self.select<lc::Returned>();
            CHECK(explanation(returned.get<lc::Returned>()->message) == "object faulted: shifted to nowhere");
            const auto adder = self.create<Adder>(place);
            CHECK(self.ask<Sum>(Xy{3, 4}, adder, 10s)->of == 7);
            self.send(lc::Stop{}, adder);
            returned = self.select<lc::Returned>();
            CHECK(returned.get<lc::Returned>()->message.is<lc::Aborted>());
        }
    });
}

TEST_CASE("what a machine's constructor throws is thrown where it is made") {
    Still still;
    still.runtime.run([](lc::Self& self) {
        CHECK_THROWS_AS(self.create<Picky>(-1), std::invalid_argument);
        CHECK_THROWS_AS(self.create<Picky>(lc::own_thread(), -1), std::invalid_argument);
        CHECK(self.working() == 0);
    });
}

TEST_CASE("a request handed down a chain of machines comes back through all of them, within the first one's deadline") {
    Still still;
    still.runtime.start([](lc::Self& self) {
        const auto chain = self.create<Cascade>(20);
        CHECK(self.ask<Sum>(Xy{1, 0}, chain, 1s)->of == 21);
        const auto broken = self.create([](lc::Self& self) {
            const auto last = self.create<Cascade>(0);
            auto m = self.input();
            self.send(lc::Stop{}, last);
            self.forward(std::move(m), last);
            self.input();
        });
        CHECK(lc::as_fault(self.ask(Xy{}, broken, 1s)));
    });
    still.runtime.settle();
    CHECK(still.runtime.wait(0s));
}

TEST_CASE("a repeating timer skips what it missed and ends with its object") {
    Still still;
    std::vector<lc::Duration> at;
    still.runtime.start<Ticker>(at);
    still.runtime.settle();
    still.pass(1s);
    still.pass(1500ms);
    still.pass(499ms);
    CHECK(at.size() == 2);
    still.pass(1ms);
    REQUIRE(at.size() == 3);
    CHECK(at[0] == 1s);
    CHECK(at[1] == 2500ms);
    CHECK(at[2] == 3s);
    CHECK(still.runtime.wait(0s));
    still.pass(10s);
    CHECK(at.size() == 3);
}

TEST_CASE("the watcher is told what is made, ends, is dropped and is lost") {
    layer_cake::ManualClock clock;
    std::string told;
    lc::Runtime::Options options;
    options.clock = &clock;
    options.threads = false;
    options.watch = [&](const layer_cake::object::Notice& notice) {
        constexpr const char* words[] = {"created", "ended", "dead letter", "overflow", "dropped"};
        told += words[static_cast<int>(notice.what)];
        if (notice.message) told += " " + notice.message->signature();
        told += ";";
    };
    lc::Runtime runtime(options);
    runtime.run([](lc::Self& self) {
        const auto adder = self.create<Adder>();
        self.send(Sum{}, adder);
        self.send(lc::Stop{}, adder);
        self.input();
        self.send(Sum{}, adder);
    });
    CHECK(told == "created;created;dropped talk.Sum;ended;dead letter talk.Sum;ended;");
    CHECK(runtime.counts().dropped == 1);
}
