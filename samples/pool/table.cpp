/// A worker in C++ for a pool of the group's endpoint: one JSON line in, one out. No part of it knows of HTTP.
#include <iostream>
#include <layer_cake/codec/json.hpp>
#include <random>
#include <string>

namespace lc = layer_cake;

namespace {

lc::codec::Value table(std::int64_t x, std::int64_t y) {
    static std::minstd_rand random{std::random_device{}()};
    std::uniform_real_distribution<double> part(0, 1);
    lc::codec::Array rows;
    for (std::int64_t row = 0; row < y; ++row) {
        lc::codec::Array cells;
        for (std::int64_t cell = 0; cell < x; ++cell)
            cells.emplace_back(part(random));
        rows.emplace_back(std::move(cells));
    }
    return rows;
}

lc::codec::Value answer(const std::string& line) {
    const auto size = lc::codec::parse_json(line);
    const auto side = [&](const char* name) {
        const auto* value = size ? size->find(name) : nullptr;
        return value ? value->integer().value_or(0) : 1;
    };
    const auto x = side("x"), y = side("y");
    if (x < 1 || x > 1000 || y < 1 || y > 1000)
        return lc::codec::Object{{"error", "x and y must be integers from 1 to 1000"}, {"status", 400}};
    return table(x, y);
}

} // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);)
        std::cout << lc::codec::write_json(answer(line)) << std::endl;
}
