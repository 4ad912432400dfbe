#include "../texture.hpp"

using namespace texture;

// Each request is computed by a process of its own; the next one waits.
lc::Any server(lc::Self& self, ServerSettings settings) {
    auto http = lc::listen(self, settings.server_address, lc::http<Xy>);
    if (!http) return http.fault();
    for (;;) {
        auto m = self.input();
        if (auto* xy = m.get<Xy>()) {
            const auto client = self.return_address();
            self.create(lc::own_process(), weave, *xy);
            auto ended = self.select<lc::Returned>();
            if (ended.is<lc::Stop>()) return lc::Aborted{};
            self.send(std::move(ended.get<lc::Returned>()->message), client);
        } else if (m.is<lc::Stop>())
            return lc::Aborted{};
    }
}
LAYER_CAKE_OBJECT(server)

int main(int argc, char** argv) {
    return lc::run(server, argc, argv);
}
