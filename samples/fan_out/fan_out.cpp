#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;
using namespace std::chrono_literals;

using Row = std::vector<double>;
using Table = std::vector<Row>;
LAYER_CAKE_REGISTER(Table)

struct Size {
    int width = 4;
    int height = 3;
};
LAYER_CAKE_MESSAGE(Size, width, height)

// One row of a table, on whatever thread it is put.
Row row(lc::Self&, int width, int seed) {
    Row made;
    auto number = static_cast<unsigned>(seed) * 2654435761u;
    for (int i = 0; i < width; ++i) {
        number = number * 1664525u + 1013904223u;
        made.push_back(number / 4294967296.0);
    }
    return made;
}
LAYER_CAKE_OBJECT(row)

// All rows at once, each by an object of its own; the answers come in the order they were asked for.
lc::Any table(lc::Self& self, Size size) {
    lc::Concurrently rows(self);
    for (int i = 0; i < size.height; ++i)
        rows.create(lc::on_thread(i % 2 ? "odd" : "even"), row, size.width, i);
    Table made;
    for (auto& answer : rows.wait(2s)) {
        if (!answer.is<Row>()) return std::move(answer); // what went wrong is a value, too
        made.push_back(std::move(*answer.get<Row>()));
    }
    return made;
}
LAYER_CAKE_OBJECT(table)

int main(int argc, char** argv) {
    return lc::run(table, argc, argv);
}
