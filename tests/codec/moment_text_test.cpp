#include <cstdlib>
#include <ctime>
#include <doctest/doctest.h>
#include <layer_cake/codec/moment_text.hpp>

using namespace layer_cake;
using namespace layer_cake::codec;
using layer_cake::type::ClockTime;
using layer_cake::type::TimeDelta;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// The local zone for as long as it lives.
class Zone {
public:
    explicit Zone(const char* name) {
        setenv("TZ", name, 1);
        tzset();
    }
    ~Zone() {
        unsetenv("TZ");
        tzset();
    }
};

ClockTime clock_at(double since_1970) {
    return {WallTime(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(since_1970)))};
}

} // namespace

TEST_CASE("clock times are local") {
    {
        const Zone zone("UTC");
        CHECK(clock_text(clock_at(1700000000.25)) == "2023-11-14T22:13:20.25");
        CHECK(clock_text(clock_at(0)) == "1970-01-01T00:00:00");
        CHECK_FALSE(clock_text(clock_at(-1)));
        CHECK(parse_clock("2025-01-02T03:04:05") == clock_at(1735787045));
        CHECK(parse_clock("2025-01-02t03:04:05.5") == clock_at(1735787045.5));
        CHECK(parse_clock("2025-1-2T3:4:5") == clock_at(1735787045));
    }
    const Zone zone("CET-1");
    CHECK(clock_text(clock_at(1700000000)) == "2023-11-14T23:13:20");
    CHECK(parse_clock("2023-11-14T23:13:20") == clock_at(1700000000));
    for (const auto* wrong : {"", "2025-01-02", "2025-01-02T03:04:05Z", "2025-01-02T03:04", "2025-13-02T03:04:05",
                              "2025-02-30T03:04:05", "2025-01-02T24:04:05", "2025-01-02T03:04:05.",
                              "20255-01-02T03:04:05", "2025-01-02 03:04:05", "9999-01-02T03:04:05"})
        CHECK_MESSAGE(!parse_clock(wrong), wrong);
}

TEST_CASE("spans are written in days, hours, minutes and seconds") {
    CHECK(span_text(Duration(0)) == "0s");
    CHECK(span_text(seconds(90061) + milliseconds(1)) == "1d1h1m1.001s");
    CHECK(span_text(-milliseconds(250)) == "-0.25s");
    CHECK(span_text(seconds(3600)) == "1h");
    CHECK(span_text(seconds(61) + milliseconds(500)) == "1m1.5s");
    CHECK(span_text(seconds(60)) == "1m");
    CHECK(parse_span_text("1d2h3m4.5s") == seconds(93784) + milliseconds(500));
    CHECK(parse_span_text("-1d") == -seconds(86400));
    CHECK(parse_span_text("2h90m") == seconds(12600));
    CHECK(parse_span_text("60.s") == seconds(60));
    CHECK(parse_span_text("250ms") == milliseconds(250));
    for (const auto* wrong : {"", "-", "5", "0", "4s3m", "--1s", "1x", ".s"})
        CHECK_MESSAGE(!parse_span_text(wrong), wrong);
}

TEST_CASE("world times are UTC") {
    const auto moment = parse_world("2025-01-02T03:04:05.5");
    REQUIRE(moment);
    CHECK(world_text(*moment) == "2025-01-02T03:04:05.5");
    CHECK(parse_world("2025-01-02T04:34:05.5+0130") == moment);
    CHECK(parse_world("2025-01-02T04:34:05.5+01:30") == moment);
    CHECK(parse_world("2025-01-01T22:04:05.5-0500") == moment);
    CHECK(world_text(*parse_world("2025-01-02")) == "2025-01-02T00:00:00");
    CHECK(world_text(*parse_world("2025-01-02T03")) == "2025-01-02T03:00:00");
    CHECK(world_text(*parse_world("2025-1-2T3:4")) == "2025-01-02T03:04:00");
    CHECK(world_text(*parse_world("1969-12-31T23:59:59.999999")) == "1969-12-31T23:59:59.999999");
    CHECK(world_text(*parse_world("2026-11-23T00:36:31.878846")) == "2026-11-23T00:36:31.878846");
    for (const auto* wrong : {"", "2025-01-02T03:04:05.1234567", "2025-01-02T03:04:05Z", "2025-01-02T03:04:05+0102.3",
                              "2025-01-02t03:04:05", "2025-01-02T24:00:00", "2025-01-02T03:04:05,5", "2025-00-02",
                              "2025-01-02T03:04:05+010203", "9999-01-01", "0000-01-01", "2025-01-02T03:04:05+24:00"})
        CHECK_MESSAGE(!parse_world(wrong), wrong);
}

TEST_CASE("deltas are written with colons") {
    const auto day = seconds(86400);
    CHECK(delta_text({day + seconds(7384) + microseconds(500)}) == "1:02:03:4.0005");
    CHECK(delta_text({-milliseconds(1500)}) == "-00:00:1.5");
    CHECK(delta_text({Duration(0)}) == "00:00:00");
    CHECK(parse_delta("1:02:03:04.5")->length == day + seconds(7384) + milliseconds(500));
    CHECK(parse_delta("-00:00:01.5")->length == -milliseconds(1500));
    CHECK(parse_delta("1:2:3")->length == seconds(3723));
    CHECK(parse_delta("-2:03:00:00")->length == -(2 * day + seconds(10800)));
    CHECK(parse_delta("100:00:00:00")->length == 100 * day);
    CHECK(parse_delta("00:00:99")->length == seconds(99));
    for (const auto* wrong :
         {"", "1", "1:2", "1:02:03:04.1234567", "1:2:3:4:5", "::", "1:2:", "-", "1:02:03:04.", "100:00:00"})
        CHECK_MESSAGE(!parse_delta(wrong), wrong);
}
