// A service whose requests take 5 ms of a worker's time, behind a pool of any placement: what overload_http.py loads.
#include <layer_cake/layer_cake.hpp>
#include <thread>

namespace lc = layer_cake;
using namespace std::chrono_literals;

struct Work {
    std::int64_t number = 0;
};
LAYER_CAKE_MESSAGE(Work, number)

struct SlowSettings {
    lc::HostPort server_address{"127.0.0.1", 5050};
    lc::PoolSettings pool;
};
LAYER_CAKE_MESSAGE(SlowSettings, server_address, pool)

lc::Any worker(lc::Self& self) {
    for (;;) {
        auto m = self.input();
        if (m.is<lc::Stop>()) return lc::Aborted{};
        if (!m.is<Work>()) continue;
        std::this_thread::sleep_for(5ms);
        self.reply(std::move(m));
    }
}
LAYER_CAKE_OBJECT(worker, lc::accepts<Work>)

lc::Any server(lc::Self& self, SlowSettings settings) {
    auto http = lc::listen(self, settings.server_address, lc::http<Work>);
    if (!http) return http.fault();
    const auto pool = self.create_pool(worker, settings.pool);
    for (;;) {
        auto m = self.input();
        if (m.is<lc::Stop>()) return lc::Aborted{};
        if (m.is<Work>()) self.forward(std::move(m), pool);
    }
}
LAYER_CAKE_OBJECT(server)

int main(int argc, char** argv) {
    return lc::run(server, argc, argv);
}
