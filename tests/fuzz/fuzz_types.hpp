#pragma once

#include <layer_cake/type/messages.hpp>

/// A message with something of every kind, for the targets that read messages.
namespace fuzz {

enum class Colour { red, green };
LAYER_CAKE_ENUM(Colour, red, green)

struct Part {
    std::int64_t n = 0;
    std::string label;
    std::shared_ptr<Part> next;
};
LAYER_CAKE_MESSAGE(Part, n, label, next)

struct All {
    bool b = false;
    std::int16_t i = 0;
    std::uint64_t u = 0;
    float f = 0;
    double d = 0;
    char c = 'c';
    char32_t r = 'r';
    layer_cake::type::ByteString s;
    layer_cake::type::Block blob;
    layer_cake::type::ClockTime clock;
    layer_cake::Duration span{};
    layer_cake::WallTime world{};
    layer_cake::type::TimeDelta delta;
    layer_cake::type::Uuid uuid;
    Colour colour = Colour::red;
    layer_cake::type::Address address;
    layer_cake::type::TypeName type;
    layer_cake::type::Word word;
    layer_cake::type::Any any;
    std::vector<std::vector<double>> table;
    std::array<bool, 2> pair{};
    std::deque<Part> parts;
    std::set<std::string> set;
    std::map<std::string, layer_cake::type::Any> map;
    std::optional<Part> maybe;
    std::shared_ptr<Part> pointer;
};
LAYER_CAKE_MESSAGE(All, b, i, u, f, d, c, r, s, blob, clock, span, world, delta, uuid, colour, address, type, word, any,
                   table, pair, parts, set, map, maybe, pointer)

} // namespace fuzz
