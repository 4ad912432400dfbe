#include <doctest/doctest.h>
#include <layer_cake/home/log_lines.hpp>

using namespace layer_cake;
using namespace layer_cake::home;

namespace {

constexpr WallTime early{std::chrono::seconds(1)}, late{std::chrono::seconds(2)};

} // namespace

TEST_CASE("a line written in pieces is one line with the time of its first byte") {
    LineAssembler lines;
    lines.data(Stream::out, early, "he");
    lines.data(Stream::err, late, "oops\n");
    lines.data(Stream::out, late, "llo\nwor");
    REQUIRE(lines.ready.size() == 2);
    CHECK(lines.ready[0].stream == Stream::err);
    CHECK(lines.ready[1].text == "hello");
    CHECK(lines.ready[1].time == early);
    CHECK_FALSE(lines.ready[1].partial);
}

TEST_CASE("an unfinished line is given as partial and its rest as continued") {
    LineAssembler lines;
    lines.data(Stream::out, early, "name? ");
    lines.flush();
    lines.flush();
    lines.data(Stream::out, late, "Ann\nnext\n");
    REQUIRE(lines.ready.size() == 3);
    CHECK(lines.ready[0].partial);
    CHECK(lines.ready[1].text == "Ann");
    CHECK(lines.ready[1].continued);
    CHECK_FALSE(lines.ready[2].continued);
}

TEST_CASE("a line of 64 KiB is whole, a longer one comes in pieces") {
    const std::string full(LineAssembler::piece, 'x');
    LineAssembler lines;
    lines.data(Stream::out, early, full);
    CHECK(lines.ready.empty());
    lines.data(Stream::out, early, "\n");
    CHECK_FALSE(lines.ready.at(0).partial);
    lines.data(Stream::out, early, full + "y\n");
    REQUIRE(lines.ready.size() == 3);
    CHECK(lines.ready[1].partial);
    CHECK(lines.ready[1].text == full);
    CHECK(lines.ready[2].text == "y");
    CHECK(lines.ready[2].continued);
}

TEST_CASE("a line left out is counted where it ends") {
    LineAssembler lines;
    lines.skip_line(Stream::out);
    lines.data(Stream::err, early, "a\n");
    lines.data(Stream::out, early, "est\nb\n");
    CHECK(lines.skipped == 1);
    CHECK(lines.skipped_at == 1);
    CHECK(lines.ready.size() == 2);
}
