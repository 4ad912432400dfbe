#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;

// Sends every message back to where its answer goes: over sessions that anybody may open, or as the publisher of a
// name. As a subscriber, and when it connects itself, it is the one that begins; then it says what comes back.

struct Inner {
    std::int64_t n = 0;
    std::optional<std::string> label;
};
LAYER_CAKE_MESSAGE_AS(Inner, "wire_api.Inner", n, label)

struct Graph {
    std::shared_ptr<lc::Any> root;
    std::vector<std::shared_ptr<lc::Any>> nodes;
};
LAYER_CAKE_MESSAGE_AS(Graph, "wire_api.Graph", root, nodes)

struct Settings {
    std::optional<std::string> publish, subscribe;
    lc::Scope scope = lc::Scope::HOST;
    bool encrypted = false;
    std::optional<lc::HostPort> connect;
};
LAYER_CAKE_MESSAGE(Settings, publish, subscribe, scope, encrypted, connect)

void say(const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
}

lc::Any mirror(lc::Self& self) {
    for (;;) {
        auto m = self.input();
        if (m.is<lc::Stop>()) return {};
        if (!m.is<lc::Accepted>() && !m.is<lc::Closed>()) self.reply(std::move(m));
    }
}

lc::Any publisher(lc::Self& self) {
    for (;;) {
        auto m = self.input();
        if (m.is<lc::Stop>()) return {};
        if (m.is<lc::Delivered>())
            say("Delivered");
        else if (m.is<lc::Dropped>())
            say("Dropped");
        else if (!m.is<lc::Published>())
            self.reply(std::move(m));
    }
}

lc::Any subscriber(lc::Self& self) {
    for (std::int64_t sent = 0;;) {
        auto m = self.input();
        if (m.is<lc::Stop>()) return {};
        if (auto* found = m.get<lc::Available>()) {
            say("Available " + found->name);
            self.send(Inner{++sent, "hello"}, found->publisher_address);
        } else if (auto* gone = m.get<lc::Dropped>()) {
            say("Dropped " + gone->name);
        } else if (auto* inner = m.get<Inner>()) {
            say("answered " + std::to_string(inner->n));
        }
    }
}

lc::Any connector(lc::Self& self, const Settings& settings) {
    lc::connect(self, *settings.connect, {settings.encrypted});
    for (;;) {
        auto m = self.input();
        if (m.is<lc::Stop>()) return {};
        if (auto* connected = m.get<lc::Connected>()) {
            const auto shared = std::make_shared<lc::Any>(Inner{1, "shared"});
            self.send(Inner{5, "t\xc3\xa9"}, connected->proxy_address);
            self.send(Graph{shared, {shared, shared}}, connected->proxy_address);
            self.send(lc::Block{std::byte(0), std::byte(255)}, connected->proxy_address);
        } else if (auto* inner = m.get<Inner>()) {
            say("Inner " + std::to_string(inner->n) + " " + inner->label.value_or("null"));
        } else if (auto* graph = m.get<Graph>()) {
            say(graph->nodes.at(0) == graph->root ? "Graph shared" : "Graph copied");
        } else if (auto* block = m.get<lc::Block>()) {
            say("block " + std::to_string(block->size()));
        } else if (m.is<lc::Closed>()) {
            say("Closed");
        } else {
            say("unknown");
        }
    }
}

lc::Any run(lc::Self& self, Settings settings) {
    if (settings.publish) {
        lc::publish(self, *settings.publish, settings.scope, settings.encrypted);
        return publisher(self);
    }
    if (settings.subscribe) {
        lc::subscribe(self, *settings.subscribe, settings.scope);
        return subscriber(self);
    }
    if (settings.connect) return connector(self, settings);
    auto listening = lc::listen(self, {"127.0.0.1", 0});
    if (!listening) return listening.release();
    say(std::to_string(*listening->listening_ipp.port));
    return mirror(self);
}

int main(int argc, char** argv) {
    return lc::run(run, argc, argv);
}
