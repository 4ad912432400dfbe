#include <doctest/doctest.h>
#include <layer_cake/type/messages.hpp>

using namespace layer_cake::type;

namespace registry_test {
struct Part {
    std::vector<std::deque<float>> rows;
};
LAYER_CAKE_MESSAGE(Part, rows)
struct First {
    int x = 0;
};
struct Second {
    int x = 0;
};
} // namespace registry_test
namespace registry_test {
[[maybe_unused]] constexpr std::string_view layer_cake_portable_name(const First* const*) {
    return "registry_test.Same";
}
[[maybe_unused]] constexpr std::string_view layer_cake_portable_name(const Second* const*) {
    return "registry_test.Same";
}
BOOST_DESCRIBE_STRUCT(First, (), (x))
BOOST_DESCRIBE_STRUCT(Second, (), (x))
LAYER_CAKE_REGISTER(std::map<std::string, std::vector<Part>>)
} // namespace registry_test

TEST_CASE("a described type is found by its name, and so is what it is made of") {
    CHECK(registry().find("registry_test.Part") == &info_of<registry_test::Part>());
    CHECK(registry().find("vector<deque<float4>>") == &info_of<std::vector<std::deque<float>>>());
    CHECK(registry().find("deque<float4>"));
    CHECK(registry().find("map<unicode,vector<registry_test.Part>>"));
    CHECK(registry().find("integer8") == &info_of<std::int64_t>());
    CHECK(registry().find("layer_cake.point_runtime.Faulted") == &info_of<Faulted>());
    CHECK(registry().find("vector<deque< float4>>") == nullptr);
    CHECK(registry().find("") == nullptr);
}

TEST_CASE("two types of one name are refused, the same type twice is not") {
    Registry own;
    CHECK(own.add(info_of<registry_test::First>()));
    CHECK(own.add(info_of<registry_test::First>()));
    const auto refused = own.add(info_of<registry_test::Second>());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == layer_cake::Fault::invalid);
    CHECK(refused.error().detail == "two types have the name \"registry_test.Same\"");
    own.note(info_of<registry_test::Second>());
    CHECK(own.problems().size() == 1);
    CHECK(own.find("registry_test.Same") == &info_of<registry_test::First>());
}

TEST_CASE("the descriptions of this program are in order") {
    for (const auto& problem : registry().problems())
        FAIL_CHECK(problem.detail);
    CHECK(registry().signatures().size() > 60);
}
