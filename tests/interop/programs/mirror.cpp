#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;

// Sends every message back to where its answer goes, over sessions that anybody may open.

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

lc::Any mirror(lc::Self& self) {
    auto listening = lc::listen(self, {"127.0.0.1", 0});
    if (!listening) return listening.release();
    std::printf("%d\n", static_cast<int>(*listening->listening_ipp.port));
    std::fflush(stdout);
    for (;;) {
        auto m = self.input();
        if (m.is<lc::Stop>()) return {};
        if (!m.is<lc::Accepted>() && !m.is<lc::Closed>()) self.reply(std::move(m));
    }
}

int main(int argc, char** argv) {
    return lc::run(mirror, argc, argv);
}
