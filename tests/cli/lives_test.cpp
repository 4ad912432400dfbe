#include <cli/foreground.hpp>
#include <cli/lives.hpp>
#include <doctest/doctest.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/time_text.hpp>

using namespace layer_cake;
using namespace layer_cake::cli;
using namespace std::chrono_literals;
using How = home::Ended::How;

namespace {

home::Life life(std::optional<Duration> took, home::Ended ended = {}) {
    home::Life one;
    one.started = *parse_time("2026-11-23T00:31:21.423Z");
    if (took) one.stopped = one.started + *took;
    one.ended = std::move(ended);
    return one;
}

} // namespace

TEST_CASE("a life that ended says when, how long and how") {
    const auto one = life(1200ms, {How::exited, 1, {}});
    CHECK(life_line(1, one, one.started + 62s) == "[1] 1m2.0s ago ... 1.2s (exit 1)");
    CHECK(life_long_line(one) == "2026-11-23T00:31:21.423 ... 2026-11-23T00:31:22.623 (1.2s) exit 1");
}

TEST_CASE("a life that goes on ends in a question mark") {
    const auto one = life({});
    CHECK(is_running(one));
    CHECK(life_line(2, one, one.started + 1600ms) == "[2] 1.6s ago ... ?");
}

TEST_CASE("a returned value is the exit status, the signal's name, or why there is none") {
    CHECK(codec::write_json(returned_value({How::exited, 3, {}})) == "3");
    CHECK(codec::write_json(returned_value({How::signaled, 9, {}})) == "\"SIGKILL\"");
    CHECK(codec::write_json(returned_value({How::lost, 0, {}})) == R"({"fault":"lost"})");
    CHECK(codec::write_json(returned_value({How::not_started, 0, "no"})) == "{\"fault\":\"no\"}");
}

TEST_CASE("starts are counted from the oldest, negative ones from the newest") {
    CHECK(*life_index("0", 3) == 0);
    CHECK(*life_index("-1", 3) == 2);
    CHECK(life_index("3", 3).error().detail == "start 3 is out of bounds (3 in the history)");
    CHECK_FALSE(life_index("-4", 3));
    CHECK_FALSE(life_index("x", 3));
}

TEST_CASE("the command's status is the main role's, 128 and more by a signal") {
    CHECK(status_of({How::exited, 7, {}}) == 7);
    CHECK(status_of({How::signaled, 9, {}}) == 137);
    CHECK(status_of({How::not_started, 0, "no"}) == 1);
    CHECK(status_of_json(home::Ended{How::exited, 7, {}}.to_json()) == 7);
    CHECK(status_of_json(home::Ended{How::signaled, 15, {}}.to_json()) == 143);
    CHECK(status_of_json(codec::Value()) == 1);
}
