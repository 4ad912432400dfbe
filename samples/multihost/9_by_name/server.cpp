#include "../../texture/texture.hpp"

using namespace texture;

struct NamedServerSettings {
    lc::HostPort server_address{"127.0.0.1", 5050};
    std::string name = "texture";
    lc::Scope scope = lc::Scope::HOST;
};
LAYER_CAKE_MESSAGE(NamedServerSettings, server_address, name, scope)

// One worker, wherever it is: known by its name, used while it is there.
lc::Any server(lc::Self& self, NamedServerSettings settings) {
    auto http = lc::listen(self, settings.server_address, lc::http<Xy>);
    if (!http) return http.fault();
    lc::subscribe(self, settings.name, settings.scope);
    lc::Address worker;
    for (;;) {
        auto m = self.input();
        if (auto* found = m.get<lc::Available>()) {
            worker = found->publisher_address;
        } else if (auto* gone = m.get<lc::Dropped>()) {
            if (gone->remote_address == worker) worker = {};
        } else if (m.is<Xy>()) {
            if (worker)
                self.forward(std::move(m), worker);
            else
                self.reply(lc::TemporarilyUnavailable{{"no worker", "nobody has published the name", {}, {}}, {}});
        } else if (m.is<lc::Stop>()) {
            return lc::Aborted{};
        }
    }
}
LAYER_CAKE_OBJECT(server)

int main(int argc, char** argv) {
    return lc::run(server, argc, argv);
}
