// Objects and their messages of 100 bytes against CAF, a bare run queue, a swap queue between threads, a condition
// variable and uv_async_send, in the same run. usage: objects [RUNS [PART]]   (default: 5 runs of all parts)
#include "objects_peers.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <layer_cake/layer_cake.hpp>
#include <mutex>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <uv.h>
#include <vector>

namespace lc = layer_cake;
using namespace std::chrono_literals;

struct Note {
    std::string text;
};
LAYER_CAKE_MESSAGE(Note, text)
struct Taken {
    std::int64_t count = 0;
};
LAYER_CAKE_MESSAGE(Taken, count)

namespace {

using namespace bench;

// Ours.

struct Echo {
    using accepts = lc::accepts<Note>;
    void on(lc::Object& self, Note&) { self.reply(std::move(self.message())); }
};
struct Player {
    using accepts = lc::accepts<lc::Start, Note>;
    long left;
    lc::Place place{};
    lc::Address echo{};
    void on(lc::Object& self, lc::Start) {
        echo = self.create<Echo>(place);
        self.send(Note{text}, echo);
    }
    void on(lc::Object& self, const Note& note) {
        if (--left > 0)
            self.send(note, echo);
        else
            self.complete();
    }
};
struct Sink {
    using accepts = lc::accepts<Note, lc::Enquiry>;
    std::int64_t taken = 0;
    void on(lc::Object&, const Note& note) { taken += note.text.empty() ? 0 : 1; }
    Taken on(lc::Object&, lc::Enquiry) { return {taken}; }
};
/// Sends in rounds and asks after each, so that a bounded mailbox is enough.
struct Source {
    using accepts = lc::accepts<lc::Start, Taken>;
    long count;
    int round;
    lc::Place place{};
    lc::Address sink{};
    long sent = 0;
    void on(lc::Object& self, lc::Start) {
        sink = self.create<Sink>(place.with_mailbox(1 << 20));
        send_round(self);
        send_round(self);
    }
    void on(lc::Object& self, const Taken& taken) {
        if (taken.count >= count)
            self.complete();
        else if (sent < count)
            send_round(self);
    }
    void send_round(lc::Object& self) {
        for (int i = 0; i < round; ++i)
            self.send(Note{text}, sink);
        sent += round;
        self.send(lc::Enquiry{}, sink);
    }
};

void echo_function(lc::Self& self) {
    for (;;) {
        auto m = self.input();
        if (m.is<lc::Stop>()) return;
        self.reply(std::move(m));
    }
}
void player_function(lc::Self& self, long left, lc::Place place) {
    const auto echo = self.create(place, echo_function);
    self.send(Note{text}, echo);
    while (--left > 0) {
        auto m = self.input();
        self.send(*m.get<Note>(), echo);
    }
    self.input();
}
void asker_function(lc::Self& self, long left, lc::Place place) {
    const auto echo = self.create(place, echo_function);
    while (left-- > 0)
        if (!self.ask<Note>(Note{text}, echo, 10s)) std::abort();
}

double our_round_trips(long count, lc::Place place = {}) {
    lc::Runtime runtime;
    const auto start = Steady::now();
    runtime.start<Player>(count, place);
    runtime.wait();
    return static_cast<double>(count) / since(start);
}
double our_fiber_round_trips(long count, lc::Place place = {}) {
    lc::Runtime runtime;
    const auto start = Steady::now();
    runtime.run(player_function, count, place);
    return static_cast<double>(count) / since(start);
}
double our_asks(long count, lc::Place place = {}) {
    lc::Runtime runtime;
    const auto start = Steady::now();
    runtime.run(asker_function, count, place);
    return static_cast<double>(count) / since(start);
}
double our_one_way(long count, int round, lc::Place place = {}) {
    lc::Runtime runtime;
    const auto start = Steady::now();
    runtime.start<Source>(count, round, place);
    runtime.wait();
    return static_cast<double>(count) / since(start);
}

// Between threads: a queue that the reader swaps out as a whole, and round trips by condition variable and libuv.

double median(std::vector<double> all) {
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
}

int runs = 5;

struct Row {
    const char* name;
    std::function<double()> measure;
    std::vector<double> rates{};
};
struct Wanted {
    int ours, peer;
    double least;
};

void compare(const char* title, std::vector<Row> rows, const std::vector<Wanted>& wanted) {
    for (int run = 0; run < runs; ++run)
        for (auto& row : rows)
            row.rates.push_back(row.measure());
    std::printf("%s\n", title);
    for (const auto& row : rows)
        std::printf("  %-34s %12.0f /s\n", row.name, median(row.rates));
    for (const auto& [ours, peer, least] : wanted) {
        std::vector<double> ratios;
        for (int run = 0; run < runs; ++run)
            ratios.push_back(rows[static_cast<std::size_t>(ours)].rates[static_cast<std::size_t>(run)] /
                             rows[static_cast<std::size_t>(peer)].rates[static_cast<std::size_t>(run)]);
        std::printf("  %s = %.2f of %s (wanted: at least %.1f)\n", rows[static_cast<std::size_t>(ours)].name,
                    median(ratios), rows[static_cast<std::size_t>(peer)].name, least);
    }
}

/// What of the process is in memory, in bytes, page tables included.
double resident() {
    std::ifstream status("/proc/self/status");
    double bytes = 0;
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:") || line.starts_with("VmPTE:")) bytes += std::stod(line.substr(6)) * 1024;
    return bytes;
}

struct Idle {
    using accepts = lc::accepts<Note>;
    std::int64_t members[2]{};
    void on(lc::Object&, const Note&) {}
};
void waiter(lc::Self& self) {
    self.input();
}
void empty(lc::Self&) {}

struct Maker { ///< makes machines that end at once, so many at a time
    struct Short {
        using accepts = lc::accepts<lc::Start>;
        void on(lc::Object& self, lc::Start) { self.complete(); }
    };
    using accepts = lc::accepts<lc::Start, lc::Returned>;
    long left;
    void on(lc::Object& self, lc::Start) {
        for (int i = 0; i < 100; ++i)
            self.create<Short>();
    }
    void on(lc::Object& self, const lc::Returned&) {
        if (--left > 0)
            self.create<Short>();
        else
            self.complete();
    }
};
void function_maker(lc::Self& self, long left) {
    for (int i = 0; i < 100; ++i)
        self.create(empty);
    while (left-- > 0) {
        self.input();
        self.create(empty);
    }
}

void memory() {
    lc::Runtime runtime;
    const auto measure = [&](const char* name, long count, double own, double most, auto create) {
        std::mutex mutex;
        std::condition_variable changed;
        bool ready = false;
        const auto before = resident();
        runtime.start([&](lc::Self& self) {
            for (long i = 0; i < count; ++i)
                create(self);
            self.delay(1ms); // they have begun
            {
                const std::lock_guard guard(mutex);
                ready = true;
            }
            changed.notify_one();
            self.select<lc::Stop>();
        });
        {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return ready; });
        }
        std::printf("  %-34s %12.0f bytes each (wanted: below %.0f)\n", name,
                    (resident() - before) / static_cast<double>(count) - own, most);
        const auto start = Steady::now();
        if (!runtime.stop(60s)) std::abort();
        std::printf("  %-34s %12.1f s to stop them all\n", "", since(start));
    };
    std::puts("memory");
    measure("100,000 waiting fibers", 100'000, 0, 8192, [](lc::Self& self) { self.create(waiter); });
    measure("1,000,000 machines", 1'000'000, sizeof(Idle), 300, [](lc::Self& self) { self.create<Idle>(); });
}

void idle() {
    lc::Runtime runtime;
    runtime.start([](lc::Self& self) {
        self.create(lc::own_thread(), echo_function);
        self.input();
    });
    std::this_thread::sleep_for(100ms);
    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    std::this_thread::sleep_for(1s);
    ::getrusage(RUSAGE_SELF, &after);
    const auto used =
        after.ru_utime.tv_usec + after.ru_stime.tv_usec - before.ru_utime.tv_usec - before.ru_stime.tv_usec;
    std::printf("idle\n  two threads                        %12ld us of a second (wanted: 0)\n",
                static_cast<long>(used));
    if (!runtime.stop(5s)) std::abort();
}

} // namespace

int main(int count, char** words) {
    if (count > 1) runs = std::max(1, std::atoi(words[1]));
    const std::string only = count > 2 ? words[2] : "";
    const auto part = [&](const char* name) { return only.empty() || only == name; };
    std::printf("messages of %zu bytes, median of %d runs\n", text.size(), runs);
    if (part("local"))
        compare("round trips on one thread",
                {{"bare run queue", [] { return bare_round_trips(2'000'000); }},
                 {"CAF", [] { return caf_round_trips(300'000, text); }},
                 {"machines", [] { return our_round_trips(2'000'000); }},
                 {"fibers", [] { return our_fiber_round_trips(2'000'000); }},
                 {"asks of a fiber", [] { return our_asks(1'000'000); }}},
                {{2, 1, 8}, {2, 0, 0.7}, {3, 2, 0.5}});
    if (only == "fibers")
        compare("round trips of fibers", {{"fibers", [] { return our_fiber_round_trips(2'000'000); }}}, {});
    if (part("one_way"))
        compare("one way on one thread",
                {{"bare run queue", [] { return bare_one_way(4'000'000); }},
                 {"CAF", [] { return caf_one_way(1'000'000, text); }},
                 {"machines", [] { return our_one_way(4'000'000, 256); }}},
                {{2, 1, 3}, {2, 0, 0.7}});
    if (part("threads_one_way"))
        compare("one way between two threads",
                {{"swap queue", [] { return swap_one_way(2'000'000); }},
                 {"machines", [] { return our_one_way(2'000'000, 16'384, lc::on_thread("sink")); }}},
                {{1, 0, 1.2}});
    if (part("threads"))
        compare("round trips between two threads",
                {{"condition variable", [] { return condition_round_trips(20'000); }},
                 {"uv_async_send", [] { return uv_round_trips(20'000); }},
                 {"machines", [] { return our_round_trips(20'000, lc::on_thread("echo")); }},
                 {"functions, one on its own thread", [] { return our_fiber_round_trips(20'000, lc::own_thread()); }}},
                {{2, 0, 0.9}, {2, 1, 1.5}, {3, 0, 0.9}});
    if (part("create"))
        compare("created and ended",
                {{"machines",
                  [] {
                      lc::Runtime runtime;
                      const auto start = Steady::now();
                      runtime.start<Maker>(300'000);
                      runtime.wait();
                      return 300'000 / since(start);
                  }},
                 {"fibers",
                  [] {
                      lc::Runtime runtime;
                      const auto start = Steady::now();
                      runtime.run(function_maker, 300'000);
                      return 300'000 / since(start);
                  }}},
                {});
    if (part("memory")) memory();
    if (part("idle")) idle();
}
