#include "../worker.hpp"

using namespace texture;

// One worker computes all requests, on its thread; the server only hands them on.
lc::Any server(lc::Self& self, ServerSettings settings) {
    auto http = lc::listen(self, settings.server_address, lc::http<Xy>);
    if (!http) return http.fault();
    const auto weaver = self.create(lc::own_thread(), worker);
    for (;;) {
        auto m = self.input();
        if (m.is<Xy>())
            self.forward(std::move(m), weaver);
        else if (m.is<lc::Stop>())
            return lc::Aborted{};
    }
}
LAYER_CAKE_OBJECT(server)

int main(int argc, char** argv) {
    return lc::run(server, argc, argv);
}
