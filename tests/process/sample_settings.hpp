#pragma once

#include <layer_cake/process/note_text.hpp>
#include <layer_cake/type/messages.hpp>

namespace process_test {

using namespace layer_cake;

enum class Color { red, green };
LAYER_CAKE_ENUM(Color, red, green)

struct Tree {
    std::string name;
    std::vector<Tree> branches;
};
LAYER_CAKE_MESSAGE(Tree, name, branches)

struct Settings {
    type::HostPort server_address{"127.0.0.1", 5050};
    std::int32_t count = 4;
    double factor = 1.5;
    bool verbose = false;
    std::string name = "joe";
    Duration patience = std::chrono::seconds(5);
    Color color = Color::red;
    std::optional<std::uint16_t> retries;
    std::vector<std::string> words;
    std::map<std::string, double> weights;
    Tree tree;
};
LAYER_CAKE_MESSAGE(Settings, server_address, count, factor, verbose, name, patience, color, retries, words, weights,
                   tree)

} // namespace process_test
