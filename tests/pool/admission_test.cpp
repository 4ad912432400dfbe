#include <doctest/doctest.h>
#include <layer_cake/pool/admission.hpp>

using namespace std::chrono_literals;
using layer_cake::Duration;
using layer_cake::Instant;
using layer_cake::Random;
using layer_cake::pool::Admission;
using What = Admission::What;

namespace {

/// An admission with a clock; requests are numbered from 1.
struct Pool {
    Admission admission;
    std::vector<Admission::Worker> workers{};
    Instant now{1h};
    Admission::Request last = 0;

    explicit Pool(Admission::Rules rules, int count = 1) : admission(rules, Random(1)) {
        for (int i = 0; i < count; ++i)
            workers.push_back(admission.joined(now));
    }
    Admission::Decision arrive(Duration patience = 1h) { return admission.arrive(++last, now, now + patience); }
    What what(Duration patience = 1h) { return arrive(patience).what; }
    /// One request that takes that long.
    void work(Duration span) {
        const auto given = arrive();
        REQUIRE(given.what == What::dispatch);
        now += span;
        CHECK(admission.completed(given.worker, given.request, now));
    }
    std::optional<Admission::Decision> next() { return admission.next(now); }
    std::vector<What> all() {
        std::vector<What> all;
        while (const auto decision = next())
            all.push_back(decision->what);
        return all;
    }
};

Admission::Rules rules(Duration responsiveness = 1s) {
    return {.size_of_queue = 100, .responsiveness = responsiveness, .stand_down = 10s};
}
using Whats = std::vector<What>;

} // namespace

TEST_CASE("a ready worker gets what arrives, the one that has waited longest first") {
    Pool pool(rules(), 3);
    CHECK(pool.arrive().worker.slot == 0);
    CHECK(pool.arrive().worker.slot == 1);
    pool.admission.completed(pool.workers[0], 1, pool.now);
    CHECK(pool.arrive().worker.slot == 2);
    CHECK(pool.arrive().worker.slot == 0);
}

TEST_CASE("with a window the least loaded worker is next, and a full one gets nothing") {
    auto with_window = rules();
    with_window.window = 2;
    Pool pool(with_window, 2);
    CHECK(pool.arrive().worker.slot == 0);
    CHECK(pool.arrive().worker.slot == 1);
    CHECK(pool.arrive().worker.slot == 0);
    CHECK(pool.arrive().worker.slot == 1);
    CHECK(pool.what() == What::queue);
    pool.admission.completed(pool.workers[1], 4, pool.now);
    CHECK(pool.next()->worker.slot == 1);
    CHECK(pool.admission.outstanding(pool.workers[1]) == 2);
}

TEST_CASE("what would miss the responsiveness is refused on arrival, with the time to wait") {
    Pool pool(rules());
    for (int i = 0; i < 10; ++i)
        pool.work(100ms);
    CHECK(pool.what() == What::dispatch);
    for (int i = 0; i < 9; ++i)
        CHECK(pool.what() == What::queue);
    const auto refused = pool.arrive();
    CHECK(refused.what == What::busy);
    CHECK(refused.retry_after > 900ms);
    CHECK(refused.retry_after < 1100ms);
}

TEST_CASE("a request with a nearer deadline is refused sooner") {
    Pool pool(rules());
    for (int i = 0; i < 10; ++i)
        pool.work(100ms);
    CHECK(pool.what() == What::dispatch);
    CHECK(pool.what() == What::queue);
    CHECK(pool.what() == What::queue);
    CHECK(pool.what(350ms) == What::busy);
    CHECK(pool.what(450ms) == What::queue);
    CHECK(pool.what(0ms) == What::expired);
}

TEST_CASE("the queue has its size, whatever the time") {
    auto small = rules(1h);
    small.size_of_queue = 3;
    Pool pool(small);
    CHECK(pool.what() == What::dispatch);
    for (int i = 0; i < 3; ++i)
        CHECK(pool.what() == What::queue);
    CHECK(pool.what() == What::overloaded);
}

TEST_CASE("without a responsiveness nobody is busy") {
    auto patient = rules();
    patient.responsiveness.reset();
    Pool pool(patient);
    for (int i = 0; i < 5; ++i)
        pool.work(10s);
    CHECK(pool.what() == What::dispatch);
    for (int i = 0; i < 100; ++i)
        CHECK(pool.what() == What::queue);
    CHECK(pool.what() == What::overloaded);
}

TEST_CASE("a pool that knows nothing yet lets sixty-four a worker wait, and neither all nor none") {
    auto roomy = rules();
    roomy.size_of_queue = 1000;
    Pool pool(roomy, 2);
    int queued = 0, busy = 0;
    for (int i = 0; i < 200; ++i) {
        const auto what = pool.what();
        queued += what == What::queue;
        busy += what == What::busy;
    }
    CHECK(queued >= 128);
    CHECK(queued <= 140);
    CHECK(busy >= 58);
}

TEST_CASE("work that takes longer than the responsiveness goes on, one request at a time") {
    Pool pool(rules());
    for (int i = 0; i < 10; ++i)
        pool.work(3s);
    CHECK(pool.what() == What::dispatch);
    CHECK(pool.what() == What::busy);
}

TEST_CASE("what cannot be answered in time any more leaves the queue late, and what expired is not begun") {
    Pool pool(rules());
    for (int i = 0; i < 10; ++i)
        pool.work(100ms);
    CHECK(pool.what() == What::dispatch);
    CHECK(pool.what() == What::queue);
    CHECK(pool.what() == What::queue);
    CHECK(pool.what() == What::queue);
    CHECK(pool.admission.due(pool.now) <= pool.now + 900ms);
    pool.now += 950ms; // the first one takes longer than usual
    pool.admission.completed(pool.workers[0], pool.last - 3, pool.now);
    CHECK(pool.all() == Whats{What::busy, What::busy, What::busy});
    CHECK(pool.admission.figures(pool.now).busy_late == 3);
}

TEST_CASE("who went away while waiting costs no work") {
    Pool pool(rules());
    CHECK(pool.what() == What::dispatch);
    const auto first = pool.arrive(), second = pool.arrive(), third = pool.arrive();
    pool.admission.abandon(second.place);
    pool.admission.abandon(second.place);
    pool.admission.abandon(first.place);
    pool.now += 1ms;
    pool.admission.completed(pool.workers[0], 1, pool.now);
    CHECK(pool.next()->request == third.request);
    CHECK_FALSE(pool.next());
    CHECK(pool.admission.figures(pool.now).abandoned == 2);
    pool.admission.abandon(third.place);
    CHECK(pool.admission.figures(pool.now).abandoned == 2);
}

TEST_CASE("without a worker it says so, and when one is due what can wait waits") {
    Pool pool(rules());
    pool.admission.left(pool.workers[0], pool.now);
    const auto refused = pool.arrive();
    CHECK(refused.what == What::unavailable);
    CHECK(refused.retry_after >= 7500ms);
    CHECK(refused.retry_after <= 12500ms);
    const auto due = pool.admission.due(pool.now);
    CHECK(due - pool.now == refused.retry_after);
    pool.now = due - 300ms;
    CHECK(pool.what() == What::queue);
    pool.now = due;
    CHECK(pool.all() == Whats{What::create});
    pool.admission.joined(pool.now);
    CHECK(pool.all() == Whats{What::dispatch});
}

TEST_CASE("a worker that ends loses what it had, once") {
    Pool pool(rules(), 2);
    const auto first = pool.arrive();
    pool.arrive();
    pool.admission.left(first.worker, pool.now);
    const auto lost = pool.next();
    CHECK(lost->what == What::lost);
    CHECK(lost->request == first.request);
    CHECK_FALSE(pool.next());
    CHECK_FALSE(pool.admission.completed(first.worker, first.request, pool.now));
    CHECK(pool.what() == What::queue);
    pool.admission.completed(pool.workers[1], 2, pool.now);
    CHECK(pool.next()->worker == pool.workers[1]);
}

TEST_CASE("a silent worker gets no more work, its requester is told, and it is replaced after stand_down") {
    Pool pool(rules(), 2);
    const auto hangs = pool.arrive();
    for (int i = 0; i < 20; ++i)
        pool.work(100ms); // by the other
    CHECK(pool.all() == Whats{});
    CHECK(pool.admission.figures(pool.now).slow == 1);
    pool.now = pool.now - 2s + 5s;
    CHECK(pool.all() == Whats{What::timed_out});
    CHECK(pool.admission.figures(pool.now).silent == 1);
    pool.now += 12500ms;
    const auto given_up = pool.next();
    REQUIRE(given_up);
    CHECK(given_up->what == What::give_up);
    CHECK(given_up->worker == hangs.worker);
    CHECK_FALSE(pool.admission.knows(hangs.worker));
    CHECK(pool.all() == Whats{What::abandoned, What::create});
}

TEST_CASE("a silent worker that answers after all is one again") {
    Pool pool(rules());
    const auto slow = pool.arrive();
    pool.now += 6s;
    CHECK(pool.all() == Whats{What::timed_out});
    CHECK(pool.what() == What::unavailable);
    CHECK_FALSE(pool.admission.completed(slow.worker, slow.request, pool.now));
    CHECK(pool.what() == What::dispatch);
    CHECK(pool.admission.figures(pool.now).workers == 1);
}

TEST_CASE("a withdrawn worker finishes what it has") {
    Pool pool(rules(), 2);
    const auto given = pool.arrive();
    pool.admission.withdraw(given.worker);
    pool.admission.withdraw(pool.workers[1]);
    CHECK(pool.what() == What::unavailable);
    pool.admission.expect(pool.now + 100ms);
    CHECK(pool.what() == What::queue);
    CHECK(pool.admission.outstanding(given.worker) == 1);
    CHECK(pool.admission.completed(given.worker, given.request, pool.now));
    CHECK(pool.admission.outstanding(given.worker) == 0);
    CHECK_FALSE(pool.next());
    pool.admission.left(given.worker, pool.now);
    CHECK(pool.admission.due(pool.now) >= pool.now + 100ms);
    const auto joined = pool.admission.joined(pool.now);
    CHECK(joined.slot == given.worker.slot);
    CHECK(joined != given.worker);
    CHECK(pool.next()->worker == joined);
}

TEST_CASE("replacements are due within a quarter of stand_down either way, not all at once") {
    Pool pool(rules(), 50);
    for (const auto worker : pool.workers)
        pool.admission.left(worker, pool.now);
    std::vector<Duration> delays;
    const auto began = pool.now;
    while (pool.admission.due(pool.now) != Instant::max()) {
        pool.now = pool.admission.due(pool.now);
        while (pool.next())
            delays.push_back(pool.now - began);
    }
    CHECK(delays.size() == 50);
    CHECK(delays.front() >= 7500ms);
    CHECK(delays.back() <= 12500ms);
    CHECK(delays.back() - delays.front() > 3s);
}

TEST_CASE("every request that was offered is accounted for") {
    Pool pool(rules(), 2);
    for (int i = 0; i < 1000; ++i) {
        pool.arrive(i % 7 ? 1h : 20ms);
        if (i % 3 == 0) pool.admission.completed(pool.workers[i % 2], pool.last - 5, pool.now);
        pool.now += 3ms;
        pool.all();
    }
    const auto seen = pool.admission.figures(pool.now);
    CHECK(seen.offered == seen.completed + seen.busy + seen.busy_late + seen.overloaded + seen.unavailable +
                              seen.expired + seen.timed_out + seen.lost + seen.abandoned + seen.queued +
                              seen.in_flight);
}
