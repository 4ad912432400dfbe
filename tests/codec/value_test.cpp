#include <cmath>
#include <doctest/doctest.h>
#include <layer_cake/codec/value.hpp>
#include <limits>

using namespace layer_cake::codec;

TEST_CASE("a value has its kind's content and nothing else") {
    CHECK(Value().is_null());
    CHECK(Value(true).boolean() == true);
    CHECK_FALSE(Value("true").boolean());
    CHECK(Value(-5).integer() == -5);
    CHECK(Value(-5).real() == -5.0);
    CHECK_FALSE(Value(1.5).integer());
    CHECK_FALSE(Value("5").integer());
    CHECK(*Value("x").string() == "x");
    CHECK(Value(5).string() == nullptr);
    CHECK(Value(Array{1, 2}).array()->size() == 2);
    CHECK(Value(0.1).scalar_text() == "0.1");
    CHECK(Value(std::nan("")).is_null());
    CHECK(Value(std::numeric_limits<double>::infinity()).is_null());
}

TEST_CASE("integers are exact up to their limits and refused beyond") {
    const auto integer = [](const char* text) { return Value(Number{text}).integer(); };
    CHECK(integer("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
    CHECK(integer("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
    CHECK_FALSE(integer("9223372036854775808"));
    CHECK_FALSE(integer("1.0"));
    CHECK_FALSE(integer("1e3"));
    CHECK(integer("+12") == 12);
    CHECK(integer("012") == 12);
    CHECK(integer("0o14") == 12);
    CHECK(integer("0xfF") == 255);
    CHECK_FALSE(integer("+-1"));
}

TEST_CASE("any number is a real, infinite when too large") {
    const auto real = [](const char* text) { return Value(Number{text}).real(); };
    CHECK(real("1e3") == 1000.0);
    CHECK(real(".5") == 0.5);
    CHECK(real("5.") == 5.0);
    CHECK(real("1e999") == std::numeric_limits<double>::infinity());
    CHECK(real("-1e999") == -std::numeric_limits<double>::infinity());
    CHECK(real("1e-999") == 0.0);
    CHECK(real("-.inf") == -std::numeric_limits<double>::infinity());
    CHECK(std::isnan(*real(".nan")));
    CHECK(real("0x10") == 16.0);
}

TEST_CASE("members are found, set, replaced and erased by name") {
    Value value;
    value.set("a", 1);
    value.set("b", 2);
    value.set("a", 3);
    CHECK(value.object()->size() == 2);
    CHECK(value.find("a")->integer() == 3);
    CHECK(value.find("c") == nullptr);
    CHECK(Value(1).find("a") == nullptr);
    CHECK(value.erase("a"));
    CHECK_FALSE(value.erase("a"));
    CHECK(value == Value(Object{{"b", 2}}));
}

TEST_CASE("equality is of content: the order of members and the marks do not count") {
    Value a(Object{{"x", 1}, {"y", Array{1, "2"}}, {"z", {}}});
    Value b(Object{{"x", 1}, {"z", {}}, {"y", Array{1, "2"}}});
    b.mark = {3, 4};
    CHECK(a == b);
    b.set("z", false);
    CHECK_FALSE(a == b);
    CHECK_FALSE(Value(Array{1, 2}) == Value(Array{2, 1}));
    CHECK_FALSE(Value("1") == Value(1));
    CHECK_FALSE(Value(Object{{"x", 1}}) == Value(Object{{"x", 1}, {"y", 1}}));
}
