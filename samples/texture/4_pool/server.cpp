#include "../worker.hpp"

using namespace texture;

struct PoolServerSettings {
    lc::HostPort server_address{"127.0.0.1", 5050};
    lc::PoolSettings pool; // placement, count, responsiveness, ...
};
LAYER_CAKE_MESSAGE(PoolServerSettings, server_address, pool)

// Several workers behind one address, which refuses at once what it could not answer in time.
lc::Any server(lc::Self& self, PoolServerSettings settings) {
    auto http = lc::listen(self, settings.server_address, lc::http<Xy>);
    if (!http) return http.fault();
    const auto pool = self.create_pool(worker, settings.pool);
    for (;;) {
        auto m = self.input();
        if (m.is<Xy>())
            self.forward(std::move(m), pool);
        else if (m.is<lc::Stop>())
            return lc::Aborted{};
    }
}
LAYER_CAKE_OBJECT(server)

int main(int argc, char** argv) {
    return lc::run(server, argc, argv);
}
