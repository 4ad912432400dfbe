#include "../texture.hpp"

using namespace texture;

// Each request is computed in a process of its own; its table goes to whoever asked.
lc::Any server(lc::Self& self, ServerSettings settings) {
    auto http = lc::listen(self, settings.server_address, lc::http<Xy>);
    if (!http) return http.fault();
    for (;;) {
        auto m = self.input();
        if (auto* xy = m.get<Xy>()) {
            const auto weaver = self.create(lc::own_process(), weave, *xy);
            self.on_return(weaver, [client = self.return_address()](lc::Object& self, lc::Any table) {
                self.send(std::move(table), client);
            });
        } else if (m.is<lc::Stop>())
            return lc::Aborted{};
    }
}
LAYER_CAKE_OBJECT(server)

int main(int argc, char** argv) {
    return lc::run(server, argc, argv);
}
