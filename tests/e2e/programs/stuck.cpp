#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;

struct Settings {
    bool deep = false;
};
LAYER_CAKE_MESSAGE(Settings, deep)

// Touches more and more of its stack.
int dig(int depth) {
    volatile char room[1024] = {};
    return depth == 0 ? room[0] : dig(depth - 1) + room[5];
}

// Never comes back, or needs more stack than it has.
int stuck(lc::Self& self, Settings settings) {
    self.console("busy");
    if (settings.deep) return dig(1'000'000);
    for (volatile bool forever = true; forever;) {
    }
    return 0;
}
LAYER_CAKE_OBJECT(stuck)

int main(int argc, char** argv) {
    return lc::run(stuck, argc, argv);
}
