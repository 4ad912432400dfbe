#include <cstdlib>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <tests/directory/simulation.hpp>

namespace lc = layer_cake;
using namespace lc::directory;
using namespace std::chrono_literals;

namespace {

void check_converged(Simulation& network) {
    const auto took = network.converge(10s);
    REQUIRE_MESSAGE(took, network.difference());
}

} // namespace

TEST_CASE("a network that is started finds all that belongs together") {
    Simulation network({.hosts = 10});
    network.run(3s);
    check_converged(network);
    CHECK(network.names() == 1'000);
    CHECK(network.sessions() > 500);
}

TEST_CASE("after churn, and after the LAN's node was down, all is as the oracle says within 10 s") {
    for (const unsigned seed : {1u, 2u, 3u}) {
        CAPTURE(seed);
        Simulation network({.hosts = 10, .seed = seed});
        network.run(3s);
        check_converged(network);
        const auto before = network.counts;
        network.churn(0.5, 30s);
        const auto& after = network.counts;
        check_converged(network);
        const auto changes = after.changes - before.changes;
        CHECK(after.messages - before.messages <= after.matches - before.matches + changes * 2 * Simulation::depth);
        network.kill_lan();
        network.churn(0.1, 5s);
        network.start_lan();
        check_converged(network);
    }
}

TEST_CASE("whatever fails, and in whatever order, all is as the oracle says within 10 s of the last healing") {
    const char* wanted = std::getenv("LAYER_CAKE_SEEDS");
    for (unsigned seed = 1, last = wanted ? static_cast<unsigned>(std::atoi(wanted)) : 100; seed <= last; ++seed) {
        CAPTURE(seed);
        Simulation network({.hosts = 3, .groups = 2, .processes = 4, .shared = 4, .seed = seed});
        network.run(3s);
        check_converged(network);
        network.torment(200);
        check_converged(network);
    }
}

TEST_CASE("nodes that come and go while names do leave nothing behind") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        lc::Random random(seed);
        Simulation network({.hosts = 4, .groups = 2, .processes = 5, .seed = seed});
        network.run(3s);
        for (int round = 0; round < 6; ++round) {
            const int host = static_cast<int>(random.up_to(3));
            const bool lan = random.up_to(1) == 0;
            lan ? network.kill_lan() : network.kill_host(host);
            network.churn(0.5, std::chrono::milliseconds(random.up_to(8'000) + 1));
            lan ? network.start_lan() : network.start_host(host);
            network.churn(0.2, std::chrono::milliseconds(random.up_to(2'000) + 1));
        }
        check_converged(network);
    }
}
