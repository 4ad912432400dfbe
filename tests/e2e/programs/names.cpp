#include <cstdio>
#include <layer_cake/directory/node_object.hpp>
#include <layer_cake/layer_cake.hpp>
#include <unistd.h>

namespace lc = layer_cake;
using namespace std::chrono_literals;

// One process of a small network, by its settings: a node, a publisher that tells its number, a subscriber that asks
// for it. Each thing that happens is a line on stdout.

struct Settings {
    int node = -1; ///< the port of a host's node; 0: any
    std::string publish;
    std::string subscribe;
    lc::Scope scope = lc::Scope::HOST;
    bool encrypted = false;
};
LAYER_CAKE_MESSAGE(Settings, node, publish, subscribe, scope, encrypted)

struct WhoAreYou {};
LAYER_CAKE_MESSAGE(WhoAreYou)
struct Number {
    std::int64_t pid = 0;
};
LAYER_CAKE_MESSAGE(Number, pid)

void say(const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

lc::Any names(lc::Self& self, Settings settings) {
    if (settings.node >= 0) {
        const lc::HostPort place{"127.0.0.1", settings.node};
        const auto node = lc::directory::create_node(self, {.scope = lc::Scope::HOST,
                                                            .accept_at = place,
                                                            .automatic = false,
                                                            .encrypted = settings.encrypted,
                                                            .executable = "names"});
        auto at = self.ask<lc::HostPort>(lc::Enquiry{}, node, 10s);
        if (!at) return at.release();
        say("listening " + std::to_string(*at->port));
    }
    if (!settings.publish.empty()) lc::publish(self, settings.publish, settings.scope, settings.encrypted);
    if (!settings.subscribe.empty()) lc::subscribe(self, settings.subscribe, settings.scope);
    for (;;) {
        auto m = self.input();
        if (m.is<WhoAreYou>()) {
            self.reply(Number{::getpid()});
        } else if (auto* available = m.get<lc::Available>()) {
            auto number = self.ask<Number>(WhoAreYou{}, available->publisher_address, 10s);
            say("available " + available->name + (number ? " " + std::to_string(number->pid) : std::string()));
        } else if (auto* dropped = m.get<lc::Dropped>()) {
            say("dropped " + dropped->name);
        } else if (m.is<lc::Published>()) {
            say("published");
        } else if (m.is<lc::Subscribed>()) {
            say("subscribed");
        } else if (m.is<lc::Stop>()) {
            return {};
        } else if (lc::as_fault(m)) {
            return m;
        }
    }
}
LAYER_CAKE_OBJECT(names)

int main(int argc, char** argv) {
    return lc::run(names, argc, argv);
}
