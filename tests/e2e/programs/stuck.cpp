#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;

// Never comes back.
void stuck(lc::Self& self) {
    self.console("busy");
    for (volatile bool forever = true; forever;) {
    }
}
LAYER_CAKE_OBJECT(stuck)

int main(int argc, char** argv) {
    return lc::run(stuck, argc, argv);
}
