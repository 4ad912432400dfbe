#include <csignal>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <thread>

using namespace layer_cake;
using namespace std::chrono_literals;

namespace {

struct Pipe {
    Pipe() {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        out.reset(ends[0]);
        in.reset(ends[1]);
    }
    Fd out, in;
};

} // namespace

TEST_CASE("a loop that waits for nothing returns") {
    Loop loop;
    loop.run();
    loop.turn();
    loop.run();
}

TEST_CASE("posted tasks run in order, whether posted before or during the run, from any thread") {
    Loop loop;
    std::string order;
    loop.post([&] { order += 'a'; });
    loop.post([&] {
        order += 'b';
        loop.post([&] { order += 'c'; });
    });
    loop.run();
    CHECK(order == "abc");

    int count = 0;
    Timer keep(loop);
    std::thread other;
    keep.start(1h, [] {});
    other = std::thread([&] {
        for (int i = 0; i < 1000; ++i)
            loop.post([&] { ++count; });
        loop.post([&] { loop.stop(); });
    });
    loop.run();
    other.join();
    CHECK(count == 1000);
}

TEST_CASE("a deferred task runs before the loop waits, and one that defers again does not stop it") {
    Loop loop;
    std::string order;
    Timer timer(loop);
    Timer far(loop);
    far.start(1h, [] {});
    timer.start(0s, [&] {
        loop.defer([&] {
            order += 'b';
            loop.defer([&] {
                order += 'c';
                loop.stop();
            });
        });
        order += 'a';
    });
    loop.run();
    CHECK(order == "abc");
    loop.defer([&] { order += 'd'; });
    far.cancel();
    loop.run();
    CHECK(order == "abcd");
}

TEST_CASE("a timer is never early") {
    Loop loop;
    for (const Duration wait : {Duration(1ns), Duration(999us), Duration(1ms), Duration(3500us), Duration(12ms)}) {
        Timer timer(loop);
        const auto start = std::chrono::steady_clock::now();
        Duration took{};
        timer.start(wait, [&] { took = std::chrono::steady_clock::now() - start; });
        CHECK(timer.pending());
        loop.run();
        CHECK(took >= wait);
        CHECK_FALSE(timer.pending());
    }
}

TEST_CASE("a timer may be destroyed, cancelled or started again from its own callback") {
    Loop loop;
    auto gone = std::make_unique<Timer>(loop);
    int fired = 0;
    gone->repeat(1ms, [&] {
        ++fired;
        gone.reset();
    });
    loop.run();
    CHECK(fired == 1);

    Timer again(loop);
    again.repeat(1ms, [&] {
        if (++fired == 4) again.cancel();
    });
    loop.run();
    CHECK(fired == 4);

    again.repeat(1ms, [&] { again.start(1ms, [&] { fired = 10; }); });
    loop.run();
    CHECK(fired == 10);
}

TEST_CASE("the longest span is a timer too") {
    Loop loop;
    Timer timer(loop);
    timer.start(Duration::max(), [] {});
    CHECK(timer.pending());
    loop.turn();
    CHECK(timer.pending());
}

TEST_CASE("what a callback holds is released when its timer is cancelled or done") {
    Loop loop;
    Timer timer(loop);
    auto held = std::make_shared<int>(1);
    timer.start(1h, [held] {});
    CHECK(held.use_count() == 2);
    timer.cancel();
    CHECK(held.use_count() == 1);
    timer.start(0s, [held] {});
    loop.run();
    CHECK(held.use_count() == 1);
}

TEST_CASE("a poll tells readable again until it is read, and may be destroyed from its callback") {
    Loop loop;
    Pipe pipe;
    auto poll = std::make_unique<Poll>(loop, pipe.out.get());
    REQUIRE(poll->usable());
    REQUIRE(::write(pipe.in.get(), "xy", 2) == 2);
    int told = 0;
    poll->start(Poll::readable, [&](int events) {
        CHECK(events == Poll::readable);
        char byte;
        CHECK(::read(pipe.out.get(), &byte, 1) == 1);
        if (++told == 2) poll.reset();
    });
    loop.run();
    CHECK(told == 2);
}

TEST_CASE("a poll tells the far end's closing") {
    Loop loop;
    Pipe pipe;
    Poll poll(loop, pipe.out.get());
    pipe.in.reset();
    int told = 0;
    poll.start(Poll::readable, [&](int) {
        ++told;
        poll.cancel();
    });
    loop.run();
    CHECK(told == 1);

    Pipe other;
    Poll writer(loop, other.in.get());
    other.out.reset();
    writer.start(Poll::writable, [&](int) {
        ++told;
        writer.cancel();
    });
    loop.run();
    CHECK(told == 2);
}

TEST_CASE("a regular file cannot be polled, and says so") {
    Loop loop;
    Fd file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    Poll poll(loop, file.get());
    CHECK_FALSE(poll.usable());
}

TEST_CASE("wait returns after something happened, and at once when nothing is waited for") {
    Loop loop;
    loop.wait();
    Timer timer(loop);
    int fired = 0;
    timer.repeat(1ms, [&] { ++fired; });
    loop.wait();
    CHECK(fired == 1);
    loop.post([&] { fired += 10; });
    loop.wait();
    CHECK(fired >= 11);
}

TEST_CASE("signals become calls on the loop, and may be let go of from the call") {
    Loop loop;
    int caught = 0;
    std::unique_ptr<Signals> signals;
    signals = std::make_unique<Signals>(loop, std::initializer_list<int>{SIGUSR1, SIGUSR2}, [&](int number) {
        caught = caught * 100 + number;
        if (number == SIGUSR2) signals.reset();
    });
    ::raise(SIGUSR1);
    loop.turn();
    ::raise(SIGUSR2);
    loop.run();
    CHECK(caught == SIGUSR1 * 100 + SIGUSR2);
}

TEST_CASE("a waiting loop uses no processor time") {
    Loop loop;
    Timer end(loop);
    Pipe pipe;
    Poll poll(loop, pipe.out.get());
    rusage before{};
    rusage after{};
    poll.start(Poll::readable, [](int) {});
    loop.defer([] {});
    loop.turn();
    end.start(50ms, [&] { loop.stop(); });
    ::getrusage(RUSAGE_THREAD, &before);
    loop.run();
    ::getrusage(RUSAGE_THREAD, &after);
    CHECK(after.ru_nvcsw - before.ru_nvcsw <= 5); // each wait is one
    CHECK(after.ru_utime.tv_usec + after.ru_stime.tv_usec - before.ru_utime.tv_usec - before.ru_stime.tv_usec < 10'000);
}

TEST_CASE("a wait ends with a timer that was due when it began") {
    Loop loop;
    Pipe pipe;
    Poll other(loop, pipe.out.get());
    other.start(Poll::readable, [](int) {});
    Timer timer(loop);
    bool fired = false;
    timer.start(1ms, [&] { fired = true; });
    const auto began = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() < began + 5ms)
        std::this_thread::yield();
    loop.wait();
    CHECK(fired);
}
