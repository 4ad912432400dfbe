#include <doctest/doctest.h>
#include <layer_cake/core/boxed.hpp>
#include <string>

using layer_cake::Boxed;

TEST_CASE("a box is empty until it is given a value, and takes a pointer's room") {
    Boxed<std::string> box;
    CHECK_FALSE(box);
    box = std::string("text");
    REQUIRE(box);
    CHECK(*box == "text");
    CHECK(box->size() == 4);
    CHECK(sizeof box == sizeof(void*));
}

TEST_CASE("a copy is another value, equal by content") {
    Boxed<std::string> one(std::string("text"));
    Boxed<std::string> other = one;
    CHECK(one == other);
    *other = "changed";
    CHECK(*one == "text");
    CHECK_FALSE(one == other);
    CHECK_FALSE(one == Boxed<std::string>());
    CHECK(Boxed<std::string>() == Boxed<std::string>());
}
