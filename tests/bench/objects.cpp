// Objects and their messages of 100 bytes against CAF, a bare run queue, a swap queue between threads, a condition
// variable and uv_async_send, in the same run. usage: objects [RUNS [PART]]   (default: 5 runs of all parts)
#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <deque>
#include <fstream>
#include <functional>
#include <layer_cake/layer_cake.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <uv.h>
#include <vector>

namespace lc = layer_cake;
using namespace std::chrono_literals;

double caf_round_trips(long count, const std::string& text);
double caf_one_way(long count, const std::string& text);

struct Note {
    std::string text;
};
LAYER_CAKE_MESSAGE(Note, text)
struct Taken {
    std::int64_t count = 0;
};
LAYER_CAKE_MESSAGE(Taken, count)

namespace {

using Steady = std::chrono::steady_clock;
const std::string text(100, 'x');

double since(Steady::time_point start) {
    return std::chrono::duration<double>(Steady::now() - start).count();
}

// The limit of one thread: a queue of targets with owned strings.

struct Bare {
    struct Node;
    struct Item {
        Node *to, *from;
        std::unique_ptr<std::string> text;
    };
    struct Node {
        virtual ~Node() = default;
        virtual void take(Bare& bare, Item& item) = 0;
    };
    std::deque<Item> queue;
    void run() {
        while (!queue.empty()) {
            Item item = std::move(queue.front());
            queue.pop_front();
            item.to->take(*this, item);
        }
    }
};
struct BareEcho : Bare::Node {
    void take(Bare& bare, Bare::Item& item) override { bare.queue.push_back({item.from, this, std::move(item.text)}); }
};
struct BarePlayer : Bare::Node {
    long left = 0;
    void take(Bare& bare, Bare::Item& item) override {
        if (--left > 0) bare.queue.push_back({item.from, this, std::make_unique<std::string>(*item.text)});
    }
};
struct BareSink : Bare::Node {
    long taken = 0;
    void take(Bare&, Bare::Item& item) override { taken += item.text->empty() ? 0 : 1; }
};

double bare_round_trips(long count) {
    Bare bare;
    BareEcho echo;
    BarePlayer player;
    player.left = count;
    const auto start = Steady::now();
    bare.queue.push_back({&echo, &player, std::make_unique<std::string>(text)});
    bare.run();
    return static_cast<double>(count) / since(start);
}
double bare_one_way(long count) {
    Bare bare;
    BareSink sink;
    const auto start = Steady::now();
    while (sink.taken < count) {
        for (int i = 0; i < 256; ++i)
            bare.queue.push_back({&sink, nullptr, std::make_unique<std::string>(text)});
        bare.run();
    }
    return static_cast<double>(sink.taken) / since(start);
}

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

struct Swap {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::string> queue;
    bool waits = false;
    void put(std::string one) {
        bool wake = false;
        {
            const std::lock_guard guard(mutex);
            queue.push_back(std::move(one));
            wake = std::exchange(waits, false);
        }
        if (wake) changed.notify_one();
    }
    void take(std::vector<std::string>& all) {
        all.clear();
        std::unique_lock lock(mutex);
        while (queue.empty()) {
            waits = true;
            changed.wait(lock);
        }
        queue.swap(all);
    }
};

double swap_one_way(long count) {
    Swap swap;
    const auto start = Steady::now();
    std::thread writer([&] {
        for (long i = 0; i < count; ++i)
            swap.put(text);
    });
    std::vector<std::string> all;
    for (long taken = 0; taken < count; taken += static_cast<long>(all.size()))
        swap.take(all);
    writer.join();
    return static_cast<double>(count) / since(start);
}
double condition_round_trips(long count) {
    struct Queue {
        std::mutex mutex;
        std::condition_variable changed;
        std::deque<std::string> queue;
        void put(std::string one) {
            {
                const std::lock_guard guard(mutex);
                queue.push_back(std::move(one));
            }
            changed.notify_one();
        }
        std::string get() {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return !queue.empty(); });
            auto one = std::move(queue.front());
            queue.pop_front();
            return one;
        }
    } there, back;
    const auto start = Steady::now();
    std::thread echo([&] {
        for (long i = 0; i < count; ++i)
            back.put(there.get());
    });
    for (long i = 0; i < count; ++i) {
        there.put(text);
        back.get();
    }
    echo.join();
    return static_cast<double>(count) / since(start);
}
double uv_round_trips(long count) {
    struct Side {
        uv_loop_t loop;
        uv_async_t wake;
        Side* other;
        long left;
    } near{}, far{};
    for (auto* side : {&near, &far}) {
        side->other = side == &near ? &far : &near;
        side->left = count;
        uv_loop_init(&side->loop);
        uv_async_init(&side->loop, &side->wake, [](uv_async_t* wake) {
            auto* mine = static_cast<Side*>(wake->data);
            uv_async_send(&mine->other->wake);
            if (--mine->left == 0) uv_stop(&mine->loop);
        });
        side->wake.data = side;
    }
    const auto start = Steady::now();
    std::thread echo([&] { uv_run(&far.loop, UV_RUN_DEFAULT); });
    uv_async_send(&far.wake);
    uv_run(&near.loop, UV_RUN_DEFAULT);
    echo.join();
    const auto rate = static_cast<double>(count) / since(start);
    for (auto* side : {&near, &far}) {
        uv_close(reinterpret_cast<uv_handle_t*>(&side->wake), nullptr);
        uv_run(&side->loop, UV_RUN_NOWAIT);
        uv_loop_close(&side->loop);
    }
    return rate;
}

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
