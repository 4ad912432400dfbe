#include <doctest/doctest.h>
#include <layer_cake/object/port.hpp>
#include <layer_cake/object/table.hpp>
#include <set>
#include <thread>

using namespace layer_cake::object;

TEST_CASE("an id keeps its parts, and small ones are small numbers") {
    const auto id = Id::of(2047, (1u << 27) - 1, (1u << 24) - 1, true);
    CHECK(id.number > 0);
    CHECK(id.shard() == 2047);
    CHECK(id.generation() == (1u << 27) - 1);
    CHECK(id.slot() == (1u << 24) - 1);
    CHECK(id.is_ask());
    CHECK(Id::of(0, 0, 12).number == 12);
    CHECK_FALSE(Id{});
}

TEST_CASE("an id that was removed finds nothing, though its place is used again") {
    Table table(3, 0);
    int one = 1, two = 2;
    const auto first = table.add(&one);
    CHECK(table.find(first) == &one);
    table.remove(first);
    CHECK(table.find(first) == nullptr);
    const auto second = table.add(&two);
    CHECK(second.slot() == first.slot());
    CHECK(second != first);
    CHECK(table.find(first) == nullptr);
    CHECK(table.find(second) == &two);
    CHECK(table.objects() == 1);
    CHECK(table.next_generation() > second.generation());
}

TEST_CASE("reserved ids are all different, stand for nothing at first, and their places come back") {
    Table table(1, 5);
    std::set<std::int64_t> seen;
    int what = 0;
    for (int i = 0; i < 5000; ++i) {
        const auto id = table.reserve();
        CHECK(seen.insert(id.number).second);
        CHECK(table.find(id) == nullptr);
        table.install(id, &what);
        CHECK(table.find(id) == &what);
        table.remove(id);
    }
    std::set<std::uint32_t> places;
    for (const auto number : seen)
        places.insert(Id{number}.slot());
    CHECK(places.size() < 10);
}

TEST_CASE("a port keeps each sender's order and refuses once it is closed") {
    Port port;
    const auto send = [&](std::int64_t from, std::int64_t number) {
        Box* box = seal(number, from, {});
        const bool taken = port.push(box, box, 1) == Port::Pushed::taken;
        if (!taken) open(box);
        return taken;
    };
    CHECK_FALSE(send(1, 1));
    port.open();
    constexpr int count = 20'000;
    std::vector<std::thread> senders;
    for (int from = 1; from <= 3; ++from)
        senders.emplace_back([&, from] {
            for (int i = 1; i <= count; ++i)
                send(from, i);
        });
    std::int64_t last[4]{};
    for (int taken = 0; taken < 3 * count;)
        for (Box* box = port.take(); box;) {
            Box* next = box->next;
            const auto from = envelope(*box).to;
            const auto number = *open(box).get<std::int64_t>();
            REQUIRE(number == last[from] + 1);
            last[from] = number;
            box = next;
            ++taken;
        }
    for (auto& sender : senders)
        sender.join();
    CHECK(port.fall_asleep());
    CHECK(send(1, 1));
    port.wake_up();
    CHECK_FALSE(port.fall_asleep());
    port.drain();
    for (Box* box = port.close(); box;) {
        Box* next = box->next;
        open(box);
        box = next;
    }
    CHECK_FALSE(send(1, 1));
}
