#include "tests/object/talk.hpp"
#include <doctest/doctest.h>
#include <fstream>

#ifndef LAYER_CAKE_SANITIZER // whose own memory would be counted, too
namespace lc = layer_cake;
using namespace std::chrono_literals;
using namespace talk;

namespace {

struct Idle {
    using accepts = lc::accepts<Xy>;
    void on(lc::Object&, const Xy&) {}
};

void waiter(lc::Self& self) {
    self.input();
}

/// What of the process is in memory, in bytes, page tables included.
double resident() {
    std::ifstream status("/proc/self/status");
    double bytes = 0;
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:") || line.starts_with("VmPTE:")) bytes += std::stod(line.substr(6)) * 1024;
    return bytes;
}

} // namespace

TEST_CASE("a machine takes less than 300 bytes, a waiting fiber less than 8 KiB") {
    Still still;
    double before = 0, machines = 0, fibers = 0;
    const auto root = still.runtime.start([&](lc::Self& self) {
        before = resident();
        for (int i = 0; i < 20'000; ++i)
            self.create<Idle>();
        self.delay(1s);
        machines = resident();
        for (int i = 0; i < 2'000; ++i)
            self.create(waiter);
        self.delay(1s);
        fibers = resident();
        self.select<lc::Stop>();
    });
    still.runtime.settle();
    still.pass(1s);
    still.pass(1s);
    const double a_machine = (machines - before) / 20'000;
    const double a_fiber = (fibers - machines) / 2'000;
    CHECK(a_machine < 300);
    CHECK(a_fiber < 8192);
    still.runtime.send(lc::Stop{}, root);
    still.runtime.settle();
    CHECK(still.runtime.wait(0s));
}
#endif
