#include <doctest/doctest.h>
#include <layer_cake/core/pattern.hpp>

using namespace layer_cake;

TEST_CASE("a pattern matches at the start, whole, or anywhere") {
    const auto web = Pattern::compile("web");
    REQUIRE(web);
    CHECK(web->matches_start("web-1"));
    CHECK_FALSE(web->matches_start("my-web"));
    CHECK(web->matches_whole("web"));
    CHECK_FALSE(web->matches_whole("web-1"));
    CHECK(web->found_in("my-web-1"));
}

TEST_CASE("a bad pattern is refused with its fault") {
    const auto bad = Pattern::compile("(");
    REQUIRE_FALSE(bad);
    CHECK(bad.error() == Error{Fault::invalid, "bad pattern \"(\": missing )"});
    CHECK(Pattern::compile("[z-a]").error().fault == Fault::invalid);
    CHECK_FALSE(Pattern::compile("(?=look)"));
    CHECK_FALSE(Pattern::compile(std::string(1001, 'x')));
    CHECK(Pattern::compile(std::string(1000, 'x')));
    CHECK_FALSE(Pattern::compile("((a{100}){100}){100}"));
}

TEST_CASE("the patterns that explode elsewhere stay linear") {
    const auto evil = Pattern::compile("(a*)*b");
    REQUIRE(evil);
    CHECK_FALSE(evil->found_in(std::string(100'000, 'a')));
}

TEST_CASE("a name is selected by any word, and by no words at all") {
    const auto all = Search::compile({});
    const auto two = Search::compile({"web", "db-[12]$"});
    REQUIRE(all);
    REQUIRE(two);
    CHECK(all->selects("anything"));
    CHECK(two->selects("website"));
    CHECK(two->selects("db-2"));
    CHECK_FALSE(two->selects("db-3"));
    CHECK_FALSE(Search::compile({"ok", "*"}));
}
