#pragma once

#include <cmath>
#include <layer_cake/layer_cake.hpp>
#include <vector>

/// What the series is about: a table of the size that is asked for. It takes a while, as work does.
namespace texture {

namespace lc = layer_cake;

struct Xy {
    int x = 1;
    int y = 1;
};
LAYER_CAKE_MESSAGE(Xy, x, y)

using Table = std::vector<std::vector<double>>;
LAYER_CAKE_REGISTER(Table)

/// Computes and returns: an object that ends with its value.
inline Table weave(lc::Self& self, Xy size) {
    Table table;
    for (int row = 0; row < size.y; ++row) {
        auto& cells = table.emplace_back();
        for (int column = 0; column < size.x; ++column)
            cells.push_back(std::sin(row * 0.7) * std::cos(column * 0.7));
        self.sample("row", {{"number", row}, {"first", cells.empty() ? 0 : cells.front()}});
    }
    return table;
}
LAYER_CAKE_OBJECT(weave)

struct ServerSettings {
    lc::HostPort server_address{"127.0.0.1", 5050};
};
LAYER_CAKE_MESSAGE(ServerSettings, server_address)

} // namespace texture
