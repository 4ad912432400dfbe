#include "../texture.hpp"

using namespace texture;

// Each request is computed where it arrives; the next one waits.
lc::Any server(lc::Self& self, ServerSettings settings) {
    auto http = lc::listen(self, settings.server_address, lc::http<Xy>);
    if (!http) return http.fault();
    for (;;) {
        auto m = self.input();
        if (auto* xy = m.get<Xy>())
            self.reply(weave(self, *xy));
        else if (m.is<lc::Stop>())
            return lc::Aborted{};
    }
}
LAYER_CAKE_OBJECT(server)

int main(int argc, char** argv) {
    return lc::run(server, argc, argv);
}
