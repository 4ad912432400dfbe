#include <cmath>
#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;

struct Xy {
    int x = 1;
    int y = 1;
};
LAYER_CAKE_MESSAGE(Xy, x, y)

using Table = std::vector<std::vector<double>>;
LAYER_CAKE_REGISTER(Table)

// A function is a program: its settings are the command line, what it returns is printed.
Table texture(lc::Self& self, Xy size) {
    self.console("weaving", {{"x", size.x}, {"y", size.y}});
    Table table;
    for (int row = 0; row < size.y; ++row) {
        auto& cells = table.emplace_back();
        for (int column = 0; column < size.x; ++column)
            cells.push_back(std::sin(row * 0.7) * std::cos(column * 0.7));
        self.sample("row", {{"number", row}, {"first", cells.empty() ? 0 : cells.front()}});
    }
    return table;
}
LAYER_CAKE_OBJECT(texture)

int main(int argc, char** argv) {
    return lc::run(texture, argc, argv);
}
