#include "objects_peers.hpp"

#include <condition_variable>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <uv.h>
#include <vector>

namespace bench {

// The limit of one thread: a queue of targets with owned strings.

namespace {

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

} // namespace

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

namespace {

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

} // namespace

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

} // namespace bench
