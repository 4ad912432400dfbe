#include <cli/log_filter.hpp>
#include <doctest/doctest.h>
#include <iostream>

using namespace layer_cake;
using namespace layer_cake::cli;

namespace {

Invocation call_with(std::map<std::string, std::vector<std::string>, std::less<>> options) {
    return Invocation{.words = {},
                      .options = std::move(options),
                      .remainder = {},
                      .after = {},
                      .home = {},
                      .out = std::cout,
                      .err = std::cerr};
}

home::LogLine line(std::string text, home::Stream stream = home::Stream::out) {
    home::LogLine one;
    one.text = std::move(text);
    one.stream = stream;
    return one;
}

} // namespace

TEST_CASE("--grep finds its pattern anywhere in a line") {
    const auto filter = LogFilter::read(call_with({{"grep", {"GET .*200"}}}));
    REQUIRE(filter);
    CHECK(filter->admits(line("1.2.3.4 GET /x 200")));
    CHECK_FALSE(filter->admits(line("1.2.3.4 GET /x 404")));
}

TEST_CASE("--stderr leaves out all that was not written to stderr") {
    const auto filter = LogFilter::read(call_with({{"stderr", {""}}}));
    REQUIRE(filter);
    CHECK(filter->admits(line("x", home::Stream::err)));
    CHECK_FALSE(filter->admits(line("x")));
    CHECK_FALSE(filter->admits(line("x", home::Stream::note)));
}

TEST_CASE("the count is of lines printed, not of lines read") {
    const auto filter = LogFilter::read(call_with({{"grep", {"b"}}}));
    REQUIRE(filter);
    home::LogSelection two;
    two.count = 2;
    LineGate gate("web", two);
    CHECK_FALSE(gate.passes(line("a"), *filter));
    CHECK(gate.passes(line("b"), *filter));
    CHECK_FALSE(gate.closed());
    CHECK(gate.passes(line("bb"), *filter));
    CHECK(gate.closed());
}

TEST_CASE("a line that arrived at the end of the selection is no longer in it") {
    const auto filter = LogFilter::read(call_with({}));
    REQUIRE(filter);
    const WallTime end{std::chrono::seconds(100)};
    home::LogSelection before;
    before.to = end;
    LineGate gate("web", before);
    home::LogLine one = line("x");
    one.time = end - std::chrono::nanoseconds(1);
    CHECK(gate.passes(one, *filter));
    one.time = end;
    CHECK_FALSE(gate.passes(one, *filter));
    one.time = end - std::chrono::seconds(1); // it began before the one above, and was finished after it
    CHECK(gate.passes(one, *filter));
    one.time = end + std::chrono::minutes(1);
    CHECK_FALSE(gate.passes(one, *filter));
    CHECK(gate.closed());
}

TEST_CASE("selectors that are no numbers or spans are refused by name") {
    CHECK(read_selectors(call_with({{"tail", {"x"}}})).error().detail == "--tail: \"x\" is no number");
    CHECK(read_selectors(call_with({{"back", {"90"}}})).error().detail.find("--back: ") == 0);
    CHECK(*read_selectors(call_with({{"tail", {"5"}}}))->tail == 5);
}
