#include <cstdio>
#include <cstdlib>
#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;
using namespace std::chrono_literals;

using Row = std::vector<double>;
using Table = std::vector<Row>;
LAYER_CAKE_REGISTER(Row)

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
lc::Any table(lc::Self& self, int width, int height) {
    lc::Concurrently rows(self);
    for (int i = 0; i < height; ++i)
        rows.create(lc::on_thread(i % 2 ? "odd" : "even"), row, width, i);
    Table made;
    for (auto& answer : rows.wait(2s)) {
        if (!answer.is<Row>()) return std::move(answer); // what went wrong is a value, too
        made.push_back(std::move(*answer.get<Row>()));
    }
    return made;
}
LAYER_CAKE_OBJECT(table)

int main(int count, char** words) {
    lc::Runtime runtime;
    auto value = runtime.run(table, count > 1 ? std::atoi(words[1]) : 4, count > 2 ? std::atoi(words[2]) : 3);
    const auto* rows = value.get<Table>();
    if (!rows) return 1;
    for (const auto& numbers : *rows) {
        for (const double number : numbers)
            std::printf("%.3f ", number);
        std::puts("");
    }
    return 0;
}
