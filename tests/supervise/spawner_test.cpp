#include <doctest/doctest.h>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/supervise/exits.hpp>
#include <layer_cake/supervise/spawner.hpp>
#include <map>
#include <sys/wait.h>

using namespace layer_cake;
using namespace layer_cake::supervise;
using namespace layer_cake::process;

namespace {

SpawnOrder order_of(const std::string& program, std::vector<std::string> arguments = {}) {
    SpawnOrder order;
    order.plan.executable = program;
    order.plan.arguments = {program};
    order.plan.arguments.insert(order.plan.arguments.end(), arguments.begin(), arguments.end());
    return order;
}

} // namespace

TEST_CASE("many orders are started, each with its own arguments, results in their order") {
    Loop loop;
    Exits exits(loop);
    Spawner spawner;
    std::vector<SpawnOrder> orders;
    for (int i = 0; i < 40; ++i)
        orders.push_back(order_of("/bin/sh", {"-c", "exit " + std::to_string(i)}));
    auto spawned = spawner.start(orders);
    REQUIRE(spawned.size() == orders.size());
    std::map<std::size_t, int> codes;
    for (std::size_t i = 0; i < spawned.size(); ++i) {
        REQUIRE(spawned[i]);
        exits.watch(spawned[i]->pidfd.get(), [&, i] {
            const auto status = reap(spawned[i]->pidfd);
            if (!status) return;
            codes[i] = status->code;
            exits.forget(spawned[i]->pidfd.get());
            if (codes.size() == orders.size()) loop.stop();
        });
    }
    loop.run();
    for (std::size_t i = 0; i < orders.size(); ++i)
        CHECK(codes[i] == static_cast<int>(i));
}

TEST_CASE("an order that cannot be carried out fails alone") {
    Spawner spawner;
    const auto spawned = spawner.start({order_of("/bin/true"), order_of("/nonexistent"), order_of("/bin/true")});
    REQUIRE(spawned.size() == 3);
    REQUIRE(spawned[0]);
    CHECK(spawned[1].error().fault == Fault::missing);
    REQUIRE(spawned[2]);
    for (const auto* one : {&spawned[0], &spawned[2]}) {
        siginfo_t info{};
        ::waitid(P_PID, static_cast<id_t>((*one)->pid), &info, WEXITED);
        CHECK(info.si_status == 0);
    }
}

TEST_CASE("no orders are no work") {
    Spawner spawner;
    CHECK(spawner.start({}).empty());
}

TEST_CASE("an end that is forgotten is not told") {
    Loop loop;
    Exits exits(loop);
    Spawner spawner;
    auto spawned = spawner.start({order_of("/bin/true"), order_of("/bin/true")});
    int told = 0;
    for (auto& one : spawned)
        exits.watch(one->pidfd.get(), [&] { ++told; });
    exits.forget(spawned[0]->pidfd.get());
    for (auto& one : spawned) {
        siginfo_t info{};
        ::waitid(P_PID, static_cast<id_t>(one->pid), &info, WEXITED | WNOWAIT);
    }
    loop.turn();
    CHECK(told == 1);
    for (auto& one : spawned) {
        exits.forget(one->pidfd.get());
        CHECK(reap(one->pidfd));
    }
}
