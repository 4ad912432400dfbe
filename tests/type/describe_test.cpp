#include <doctest/doctest.h>
#include <layer_cake/type/messages.hpp>
#include <layer_cake/type/structure.hpp>

using namespace layer_cake::type;

namespace shop {

enum class Colour { red, green = 5 };
LAYER_CAKE_ENUM(Colour, red, green)

struct Empty {};
LAYER_CAKE_MESSAGE(Empty)

struct Order {
    int number = 1;
    std::string buyer = "nobody";
    std::vector<std::vector<double>> table;
    Colour colour = Colour::green;
    std::optional<double> price;
    std::shared_ptr<Order> before;
    std::map<std::string, Empty> parts;
    std::set<Uuid> ids;
    std::deque<std::array<short, 3>> rest;
};
LAYER_CAKE_MESSAGE(Order, number, buyer, table, colour, price, before, parts, ids, rest)

struct Named {
    int x = 0;
};
LAYER_CAKE_MESSAGE_AS(Named, "test_api.Named", x)

} // namespace shop

namespace other {
struct Order {
    int number = 1;
};
LAYER_CAKE_MESSAGE(Order, number)
struct Maybe {
    std::optional<int> number;
};
LAYER_CAKE_MESSAGE(Maybe, number)
} // namespace other

struct Xy {
    int x = 1;
    int y = 1;
};
LAYER_CAKE_MESSAGE(Xy, x, y)

TEST_CASE("a description knows the members by name, type and place") {
    const auto& info = info_of<shop::Order>();
    CHECK(info.kind == Kind::message);
    const auto members = info.members();
    REQUIRE(members.size() == 9);
    CHECK(members[0].name == "number");
    CHECK(members[0].info == &info_of<int>());
    shop::Order order;
    order.buyer = "me";
    CHECK(*static_cast<std::string*>(members[1].in(&order)) == "me");
    CHECK(members[5].info->element == &info);
    CHECK(info_of<shop::Empty>().members().empty());
}

TEST_CASE("a type is named by its namespaces, or as told") {
    CHECK(info_of<Xy>().signature() == "Xy");
    CHECK(info_of<shop::Order>().signature() == "shop.Order");
    CHECK(info_of<shop::Colour>().signature() == "shop.Colour");
    CHECK(info_of<shop::Named>().signature() == "test_api.Named");
    CHECK(info_of<Ack>().signature() == "layer_cake.point_runtime.Ack");
}

TEST_CASE("signatures say the whole structure") {
    const auto members = info_of<shop::Order>().members();
    const char* const expected[] = {"integer4",
                                    "unicode",
                                    "vector<vector<float8>>",
                                    "shop.Colour",
                                    "float8",
                                    "pointer<shop.Order>",
                                    "map<unicode,shop.Empty>",
                                    "set<uuid>",
                                    "deque<array<integer2,3>>"};
    for (std::size_t at = 0; at < members.size(); ++at)
        CHECK(members[at].info->signature() == expected[at]);
}

TEST_CASE("the schema hash tells types apart that encode differently") {
    CHECK(info_of<Xy>().schema_hash() == info_of<Xy>().schema_hash());
    CHECK(info_of<std::vector<Xy>>().schema_hash() != info_of<Xy>().schema_hash());
    CHECK(info_of<std::optional<int>>().schema_hash() != info_of<int>().schema_hash());
    CHECK(info_of<other::Maybe>().schema_hash() != info_of<other::Order>().schema_hash());
    CHECK(info_of<std::map<int, double>>().schema_hash() != info_of<std::map<double, int>>().schema_hash());
    CHECK(info_of<std::array<int, 3>>().schema_hash() != info_of<std::array<int, 4>>().schema_hash());
}

TEST_CASE("an enumeration converts between names and numbers") {
    const auto& info = info_of<shop::Colour>();
    REQUIRE(info.enumerators().size() == 2);
    CHECK(info.enumerators()[1].name == "green");
    CHECK(info.enumerators()[1].value == 5);
    shop::Colour colour{};
    info.set_number(&colour, 5);
    CHECK(colour == shop::Colour::green);
    CHECK(info.number_of(&colour) == 5);
}

TEST_CASE("values are copied and compared by their description") {
    shop::Order order;
    order.table = {{1, 2}, {3}};
    order.parts["a"];
    order.ids.insert(Uuid::make());
    order.price = 2.5;
    order.rest.push_back({1, 2, 3});
    shop::Order twin;
    const auto& info = info_of<shop::Order>();
    CHECK_FALSE(equal_values(info, &order, &twin));
    copy_value(info, &twin, &order);
    CHECK(equal_values(info, &order, &twin));
    twin.rest[0][2] = 4;
    CHECK_FALSE(equal_values(info, &order, &twin));
}
