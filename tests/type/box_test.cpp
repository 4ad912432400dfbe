#include <atomic>
#include <doctest/doctest.h>
#include <layer_cake/type/messages.hpp>
#include <thread>

using namespace layer_cake::type;

namespace {

template <std::size_t bytes>
void make_and_end(int count) {
    std::vector<Any> kept;
    for (int at = 0; at < count; ++at)
        kept.push_back(Any::make<std::array<char, bytes>>());
}

} // namespace

TEST_CASE("boxes of every size are made and ended in any number") {
    for (const int count : {1, 63, 64, 65, 128, 129, 1000}) {
        make_and_end<1>(count);
        make_and_end<16>(count);
        make_and_end<17>(count);
        make_and_end<80>(count);
        make_and_end<81>(count);
        make_and_end<976>(count);
        make_and_end<977>(count);
        make_and_end<5000>(count);
    }
}

TEST_CASE("one thread makes what another frees") {
    constexpr int total = 200'000;
    std::atomic<Box*> handed{nullptr};
    std::int64_t sum = 0;
    std::thread consumer([&] {
        for (int got = 0; got < total;) {
            auto* box = handed.exchange(nullptr, std::memory_order_acquire);
            if (!box) std::this_thread::yield();
            while (box) {
                auto* next = box->next;
                sum += *Any::adopt(box).get<std::int64_t>();
                box = next;
                ++got;
            }
        }
    });
    for (std::int64_t at = 1; at <= total; ++at) {
        auto* box = Any::make<std::int64_t>(at).release();
        box->next = handed.load(std::memory_order_relaxed);
        while (!handed.compare_exchange_weak(box->next, box, std::memory_order_release, std::memory_order_relaxed)) {
        }
    }
    consumer.join();
    CHECK(sum == std::int64_t(total) * (total + 1) / 2);
}

TEST_CASE("a thread's last values may end after its lists") {
    std::thread([] {
        static thread_local Any late; // made first, ends last
        late = Any::make<std::string>("late");
        make_and_end<80>(300);
    }).join();
}
