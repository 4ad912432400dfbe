#include <cstdlib>
#include <ctime>
#include <doctest/doctest.h>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/log_select.hpp>

using namespace layer_cake;
using namespace layer_cake::home;
using namespace std::chrono_literals;

namespace {

WallTime at(const char* text) {
    return parse_time(text).value();
}

const WallTime now = at("2026-11-25T14:47:38.5Z"); // a Wednesday

std::string from_last(const char* unit, bool clock = false) {
    LogSelectors asked;
    asked.last = unit;
    asked.clock = clock;
    return format_time(select_log(asked, now, {}, 0).value().from.value(), 0);
}

std::string refusal(const LogSelectors& asked, const std::vector<Life>& lives = {}) {
    const auto selection = select_log(asked, now, lives, 0);
    return selection ? "" : selection.error().detail;
}

Life life(const char* started) {
    Life one;
    one.started = at(started);
    return one;
}

} // namespace

TEST_CASE("without a beginning as many lines are selected as the terminal has room for") {
    CHECK(select_log({}, now, {}, 50).value().tail == 48);
    CHECK(select_log({}, now, {}, 1).value().tail == 1);
    CHECK(select_log({}, now, {}, 0).value().tail == 20);
}

TEST_CASE("last begins with the current calendar unit") {
    CHECK(from_last("MONTH") == "2026-11-01T00:00:00Z");
    CHECK(from_last("WEEK") == "2026-11-23T00:00:00Z");
    CHECK(from_last("DAY") == "2026-11-25T00:00:00Z");
    CHECK(from_last("HOUR") == "2026-11-25T14:00:00Z");
    CHECK(from_last("HALF") == "2026-11-25T14:30:00Z");
    CHECK(from_last("QUARTER") == "2026-11-25T14:45:00Z");
    CHECK(from_last("TEN") == "2026-11-25T14:40:00Z");
    CHECK(from_last("five") == "2026-11-25T14:45:00Z");
    CHECK(from_last("minute") == "2026-11-25T14:47:00Z");
}

TEST_CASE("with clock the units are those of the local calendar") {
    ::setenv("TZ", "XYZ-10", 1);
    ::tzset();
    CHECK(from_last("DAY", true) == "2026-11-25T14:00:00Z");
    CHECK(from_last("DAY") == "2026-11-25T00:00:00Z");
    ::unsetenv("TZ");
    ::tzset();
}

TEST_CASE("start selects one life, to the start of the next") {
    const std::vector<Life> lives = {life("2026-11-01T00:00Z"), life("2026-11-02T00:00Z"), life("2026-11-03T00:00Z")};
    LogSelectors asked;
    asked.start = 1;
    CHECK(select_log(asked, now, lives, 0).value() == LogSelection{lives[1].started, lives[2].started, {}, {}});
    asked.start = -1;
    asked.count = 5;
    CHECK(select_log(asked, now, lives, 0).value() == LogSelection{lives[2].started, {}, {}, 5});
    asked.start = 3;
    CHECK(refusal(asked, lives) == "start 3 is out of bounds (3 in the history)");
    asked.start = -4;
    CHECK(refusal(asked, lives) == "start -4 is out of bounds (3 in the history)");
    CHECK(refusal(asked) == "it was never started");
}

TEST_CASE("back, span and to are relative to now, to the beginning and to nothing") {
    LogSelectors asked;
    asked.back = 1h;
    asked.span = 10min;
    CHECK(select_log(asked, now, {}, 0).value() == LogSelection{now - 1h, now - 50min, {}, {}});
    asked.span.reset();
    asked.to = "2026-11-25T14:00";
    CHECK(select_log(asked, now, {}, 0).value().to == at("2026-11-25T14:00Z"));
}

TEST_CASE("what cannot be selected is refused with its rule") {
    LogSelectors two;
    two.tail = 3;
    two.back = 1h;
    CHECK(refusal(two) == "give one of --tail, --from, --last, --start and --back");
    LogSelectors ends;
    ends.back = 1h;
    ends.count = 3;
    ends.span = 1h;
    CHECK(refusal(ends) == "give one of --to, --span and --count");
    LogSelectors none;
    none.tail = 0;
    CHECK(refusal(none) == "--tail: 0 is less than 1");
    LogSelectors backwards;
    backwards.back = 1h;
    backwards.to = "2026-11-25T00:00";
    CHECK(refusal(backwards) == "its end is before its beginning");
    LogSelectors nowhere;
    nowhere.tail = 3;
    nowhere.span = 1h;
    CHECK(refusal(nowhere) == "--span needs a beginning: --from, --last, --start or --back");
    LogSelectors decade;
    decade.last = "DECADE";
    CHECK(refusal(decade) == R"(--last: "DECADE" is none of MONTH, WEEK, DAY, HOUR, MINUTE, HALF, QUARTER, TEN, FIVE)");
}
