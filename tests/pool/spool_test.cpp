#include "tests/object/talk.hpp"

#include <atomic>
#include <doctest/doctest.h>
#include <layer_cake/object/named.hpp>
#include <map>

namespace lc = layer_cake;
using namespace std::chrono_literals;
using namespace talk;
using layer_cake::Duration;
using layer_cake::pool::Spool;

namespace {

/// Answers Sum{n} for Ball{n}; Ball{-1} ends it, Ball{-2} makes it hang until Resume; others take their time.
lc::Any worker(lc::Self& self, Duration time) {
    for (;;) {
        auto m = self.input();
        if (m.is<lc::Stop>()) return lc::Aborted{};
        const auto* ball = m.get<Ball>();
        if (!ball) continue;
        if (ball->bounces == -1) return lc::Faulted{"ended", "as asked", {}, {}};
        if (ball->bounces == -2) {
            const auto from = self.return_address();
            bool stopped = false;
            while (self.select<lc::Resume>().is<lc::Stop>())
                stopped = true;
            self.send(Sum{-2}, from);
            if (stopped) return lc::Aborted{};
            continue;
        }
        if (ball->bounces == -3) {
            self.reply(lc::Faulted{"bad ball", "", {}, {}});
            continue;
        }
        const auto answer = Sum{ball->bounces};
        const auto from = self.return_address();
        if (time > 0s) self.delay(time);
        self.send(answer, from);
    }
}
LAYER_CAKE_OBJECT(worker, lc::accepts<Ball>)

struct Adder {
    using accepts = lc::accepts<Ball>;
    std::int64_t base;
    Sum on(lc::Object&, const Ball& ball) { return {base + ball.bounces}; }
};

struct Ask {
    std::int64_t bounces = 0;
};
LAYER_CAKE_MESSAGE(Ask, bounces)

/// A root with a pool, and requests to it whose answers are kept.
struct Service {
    struct Root {
        using accepts = lc::accepts<lc::Start, lc::Stop, lc::Returned, Ask, lc::Ping>;
        Service& service;
        std::function<lc::Address(lc::Object&)> make;
        void on(lc::Object& self, lc::Start) {
            service.root = &self;
            service.pool = make(self);
        }
        void on(lc::Object& self, lc::Stop) { self.send(lc::Stop{}, service.pool); }
        void on(lc::Object& self, lc::Returned& returned) {
            if (self.return_address() == service.pool) self.complete(std::move(returned.message));
        }
        void on(lc::Object& self, const Ask& ask) {
            const auto n = ask.bounces;
            self.request(Ball{n}, service.pool, service.patience,
                         [this, n](lc::Object&, lc::Any answer) { service.answers[n].push_back(std::move(answer)); });
        }
        void on(lc::Object&, lc::Ping) {}
    };

    Still still;
    lc::Object* root = nullptr;
    lc::Address pool{}, address{};
    Duration patience = 1h;
    std::map<std::int64_t, std::vector<lc::Any>> answers;

    explicit Service(std::function<lc::Address(lc::Object&)> make) {
        address = still.runtime.start<Root>(*this, std::move(make));
        still.runtime.settle();
    }
    /// Of workers on the test's own thread, where the clock is.
    explicit Service(lc::PoolSettings settings, Duration time = 0s)
        : Service([=](lc::Object& self) {
              return self.create<Spool>(settings, "worker", [time](lc::Object& spool, const lc::Place&) {
                  return spool.create(worker, time);
              });
          }) {}
    void ask(std::int64_t n) {
        still.runtime.send(Ask{n}, address);
        still.runtime.settle();
    }
    /// The only answer, as text.
    std::string answer(std::int64_t n) {
        const auto& all = answers[n];
        if (all.size() != 1) return std::to_string(all.size()) + " answers";
        if (const auto* sum = all[0].get<Sum>()) return std::to_string(sum->of);
        return explanation(all[0]);
    }
    const lc::Any& only(std::int64_t n) {
        REQUIRE(answers[n].size() == 1);
        return answers[n][0];
    }
    lc::Any value() {
        auto value = still.runtime.wait(0s);
        return value ? std::move(*value) : lc::Any();
    }
    layer_cake::pool::Figures figures() {
        const auto sheets = std::make_shared<layer_cake::pool::Report::Sheets>();
        still.runtime.send(layer_cake::pool::Report{sheets}, pool);
        still.runtime.settle();
        REQUIRE(sheets->statuses.size() == 1);
        return sheets->statuses[0].figures;
    }
};

lc::PoolSettings settings(std::int64_t count) {
    lc::PoolSettings settings;
    settings.count = count;
    settings.responsiveness = 1s;
    settings.stand_down = 10s;
    return settings;
}

} // namespace

TEST_CASE("a pool hands requests to its workers, and their answers to whoever asked") {
    Service service(settings(3));
    for (int i = 1; i <= 10; ++i)
        service.ask(i);
    for (int i = 1; i <= 10; ++i)
        CHECK(service.answer(i) == std::to_string(i));
    CHECK(service.figures().completed == 10);
    CHECK(service.figures().workers == 3);
}

TEST_CASE("what cannot be begun waits its turn, in order") {
    Service service(settings(1), 100ms);
    for (int i = 1; i <= 4; ++i)
        service.ask(i);
    CHECK(service.answer(1) == "0 answers");
    for (int i = 1; i <= 4; ++i) {
        service.still.pass(100ms);
        CHECK(service.answer(i) == std::to_string(i));
        CHECK(service.answer(i + 1) == "0 answers");
    }
}

TEST_CASE("what would come too late is refused at once, and says when to try again") {
    Service service(settings(1), 100ms);
    for (int i = 0; i < 5; ++i) {
        service.ask(i);
        service.still.pass(100ms);
    }
    for (int i = 10; i < 25; ++i)
        service.ask(i);
    CHECK(service.answer(19) == "0 answers");
    CHECK(service.answer(20) == "message rejected by spool: expected response time 1.10, retry after 1.0 s");
    const auto& busy = service.only(20);
    CHECK(busy.is<lc::Busy>());
    CHECK(lc::retry_after(*lc::as_fault(busy)) == Duration(1s));
    CHECK(service.figures().busy == 5);
    for (int i = 0; i < 10; ++i)
        service.still.pass(100ms);
    CHECK(service.answer(19) == "19");
}

TEST_CASE("a full queue is Overloaded") {
    auto small = settings(1);
    small.size_of_queue = 2;
    Service service(small, 100ms);
    for (int i = 1; i <= 4; ++i)
        service.ask(i);
    CHECK(service.only(4).is<lc::Overloaded>());
    CHECK(service.answer(4).starts_with("message rejected by spool: overloaded, 2 pending, retry after "));
}

TEST_CASE("the deadline of a request goes with it, and one that has passed costs no work") {
    Service service(settings(1), 300ms);
    service.ask(1);
    service.patience = 200ms;
    service.ask(2);
    service.still.pass(200ms);
    CHECK(service.only(2).is<lc::TimedOut>());
    service.still.pass(100ms);
    CHECK(service.answer(1) == "1");
    service.still.pass(1s);
    CHECK(service.answers[2].size() == 1);
    CHECK(service.figures().admitted == 1);
    CHECK(service.figures().expired + service.figures().abandoned == 1);
}

TEST_CASE("a worker that ends with a request: one answer, and a replacement after stand_down") {
    Service service(settings(1), 100ms);
    service.ask(-1);
    CHECK(service.answer(-1).starts_with("no answer: "));
    service.ask(5);
    CHECK(service.only(5).is<lc::TemporarilyUnavailable>());
    CHECK(service.answer(5).starts_with("Service temporarily unavailable: no worker and no immediate prospects of one, "
                                        "retry after "));
    service.still.pass(12500ms);
    service.ask(6);
    service.still.pass(100ms);
    CHECK(service.answer(6) == "6");
    CHECK(service.figures().replaced == 1);
}

TEST_CASE("a worker that ends leaves the others their work") {
    Service service(settings(2), 100ms);
    for (const int n : {1, -1, 2, 3})
        service.ask(n);
    for (int i = 0; i < 4; ++i)
        service.still.pass(100ms);
    CHECK(service.answer(-1).starts_with("no answer: "));
    for (const int n : {1, 2, 3})
        CHECK(service.answer(n) == std::to_string(n));
}

TEST_CASE("a worker that does not answer: TimedOut, no more work, a replacement; a late answer is nobody's") {
    Service service(settings(2));
    service.ask(-2);
    service.still.pass(5s);
    REQUIRE(service.answers[-2].size() == 1);
    CHECK(service.only(-2).is<lc::TimedOut>());
    for (int i = 1; i <= 5; ++i)
        service.ask(i);
    for (int i = 1; i <= 5; ++i)
        CHECK(service.answer(i) == std::to_string(i));
    CHECK(service.figures().silent == 1);
    service.still.pass(12500ms);
    CHECK(service.figures().workers == 2);
    CHECK(service.figures().silent == 0);
    for (const auto& alive : service.still.runtime.alive())
        service.still.runtime.send(lc::Resume{}, alive.object);
    service.still.runtime.settle();
    CHECK(service.answers[-2].size() == 1);
    CHECK(service.still.runtime.alive().size() == 4);
}

TEST_CASE("without stand_down the pool ends with its first worker") {
    auto strict = settings(2);
    strict.stand_down.reset();
    Service service(strict, 100ms);
    for (const int n : {1, -1})
        service.ask(n);
    CHECK(service.answer(1) == "1");
    CHECK(service.answer(-1).starts_with("no answer: "));
    CHECK(service.value().is<lc::Aborted>());
}

TEST_CASE("a fault of a worker is its answer") {
    Service service(settings(1));
    service.ask(-3);
    CHECK(service.answer(-3) == "bad ball: ");
    CHECK(service.figures().completed == 1);
}

TEST_CASE("workers join and leave; who leaves finishes what it has") {
    lc::Address guest;
    Service service([&](lc::Object& self) {
        const auto pool = lc::create_pool(self, settings(1));
        guest = self.create(worker, 100ms);
        return pool;
    });
    service.ask(1);
    CHECK(service.only(1).is<lc::TemporarilyUnavailable>());
    service.still.runtime.send(lc::JoinSpool{guest, {}}, service.pool);
    service.still.runtime.send(lc::JoinSpool{guest, {}}, service.pool);
    service.ask(2);
    service.still.runtime.send(lc::LeaveSpool{guest, {}}, service.pool);
    service.ask(3);
    CHECK(service.figures().workers == 0);
    service.still.pass(100ms);
    CHECK(service.answer(2) == "2");
    CHECK(service.only(3).is<lc::TemporarilyUnavailable>());
    service.still.runtime.send(lc::JoinSpool{guest, {}}, service.pool);
    service.ask(4);
    service.still.pass(100ms);
    CHECK(service.answer(4) == "4");
    service.still.runtime.send(lc::Stop{}, guest);
    service.ask(5);
    CHECK(service.answers[5].size() == 1);
    service.ask(6);
    CHECK(service.only(6).is<lc::TemporarilyUnavailable>());
}

TEST_CASE("a stopped pool lets its workers finish and answers what waits") {
    Service service(settings(1), 100ms);
    for (const int n : {1, 2, 3})
        service.ask(n);
    service.still.runtime.send(lc::Stop{}, service.pool);
    service.still.runtime.settle();
    CHECK(service.only(2).is<lc::Aborted>());
    CHECK(service.only(3).is<lc::Aborted>());
    service.still.pass(100ms);
    CHECK(service.answers[1].size() == 1);
    CHECK(service.value().is<lc::Aborted>());
    CHECK(service.still.runtime.alive().empty());
}

TEST_CASE("a pool that is destroyed with its runtime leaves nothing behind") {
    Service service(settings(2), 100ms);
    for (const int n : {1, 2, 3, 4})
        service.ask(n);
}

TEST_CASE("settings that cannot be end the pool") {
    for (const auto change : std::initializer_list<void (*)(lc::PoolSettings&)>{
             [](lc::PoolSettings& settings) { settings.count = 0; },
             [](lc::PoolSettings& settings) { settings.size_of_queue = 0; },
             [](lc::PoolSettings& settings) { settings.responsiveness = 0s; },
             [](lc::PoolSettings& settings) { settings.busy_pass_rate = 0; },
             [](lc::PoolSettings& settings) { settings.stand_down = -1s; }}) {
        auto wrong = settings(1);
        change(wrong);
        Service service(wrong);
        const auto value = service.value();
        CHECK(explanation(value).starts_with("unexpected parameters: count="));
    }
}

TEST_CASE("threads or fibers by a setting alone; functions and machines") {
    for (const auto placement : {lc::Placement::thread, lc::Placement::fiber}) {
        auto placed = settings(4);
        placed.placement = placement;
        lc::Runtime runtime;
        const auto sum = runtime.run([&](lc::Self& self) {
            const auto functions = self.create_pool(worker, placed, Duration(0s));
            const auto machines = lc::create_pool<Adder>(self, placed, 1000);
            lc::Concurrently all(self);
            for (int i = 1; i <= 10; ++i)
                all.ask(Ball{i}, functions).ask(Ball{i}, machines);
            Sum sum;
            for (const auto& answer : all.wait(10s))
                sum.of += answer.get<Sum>() ? answer.get<Sum>()->of : 1'000'000;
            return sum;
        });
        CHECK(sum.get<Sum>()->of == 10'110);
    }
}

TEST_CASE("all pools of a program say how they stand") {
    lc::Runtime runtime;
    std::atomic<int> answered{0};
    runtime.start([&](lc::Self& self) {
        const auto pool = self.create_pool(worker, settings(2), Duration(0s));
        self.create_pool(worker, settings(3), Duration(0s));
        answered = self.ask<Sum>(Ball{1}, pool, 10s) ? 1 : -1;
        self.select<lc::Stop>();
    });
    while (answered == 0)
        std::this_thread::yield();
    const auto all = layer_cake::pool::statuses(runtime, 10s);
    REQUIRE(all.size() == 2);
    CHECK(all[0].figures.workers + all[1].figures.workers == 5);
    CHECK(all[0].figures.completed + all[1].figures.completed == 1);
    CHECK(all[0].worker.ends_with("worker"));
    CHECK(runtime.stop(10s));
}

TEST_CASE("the time to try again is read from where it was written") {
    using lc::type::with_retry_after;
    const auto of = [](std::string explanation) { return lc::retry_after({"", std::move(explanation), {}, {}}); };
    CHECK(with_retry_after("full", 0ms) == "full, retry after 0.1 s");
    CHECK(with_retry_after("", 12340ms) == "retry after 12.4 s");
    CHECK(of(with_retry_after("full", 2500ms)) == Duration(2500ms));
    for (const auto* none : {"", "full", "retry after", "retry after  s", "retry after x.1 s", "retry after 1.x s",
                             "retry after 99999999999.1 s", "retry after 1 s"})
        CHECK_FALSE(of(none));
}
