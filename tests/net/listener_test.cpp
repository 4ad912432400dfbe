#include "sockets.hpp"
#include <doctest/doctest.h>
#include <layer_cake/net/listener.hpp>
#include <sys/resource.h>
#include <time.h>

using namespace layer_cake;
using namespace layer_cake::net;

namespace {

double cpu_seconds() {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

} // namespace

TEST_CASE("without free descriptors connections are refused, the loop does not spin, and later ones are accepted") {
    TempFolder folder;
    Loop loop;
    const Endpoint endpoint{(folder.path / "s").string()};
    std::vector<Fd> accepted;
    const auto listener = Listener::open(loop, endpoint, [&](Fd fd) { accepted.push_back(std::move(fd)); });
    REQUIRE(listener);
    RawClient before(loop, endpoint);
    REQUIRE(turn_until(loop, [&] { return accepted.size() == 1; }));

    RawClient refused(loop, endpoint); // connected, not accepted yet
    rlimit limits{};
    std::vector<Fd> taken;
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limits) == 0);
    const rlimit few{64, limits.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0))
        taken.emplace_back(fd);
    refused.until_closed();
    CHECK(refused.closed);
    CHECK(accepted.size() == 1);
    const auto used = cpu_seconds();
    Timer stop(loop);
    stop.start(std::chrono::milliseconds(200), [&] { loop.stop(); });
    loop.run();
    CHECK(cpu_seconds() - used < 0.05);
    taken.clear();
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limits) == 0);

    RawClient after(loop, endpoint);
    CHECK(turn_until(loop, [&] { return accepted.size() == 2; }));
}

TEST_CASE("a port that is taken is busy") {
    Loop loop;
    const auto first = Listener::open(loop, {}, [](Fd) {});
    REQUIRE(first);
    Endpoint same;
    same.port = (*first)->port();
    const auto second = Listener::open(loop, same, [](Fd) {});
    REQUIRE_FALSE(second);
    CHECK(second.error().fault == Fault::busy);
}
