#include <cstdlib>
#include <ctime>
#include <doctest/doctest.h>
#include <layer_cake/core/random.hpp>
#include <layer_cake/core/time_text.hpp>

using namespace layer_cake;
using namespace std::chrono_literals;

namespace {

Duration span(std::string_view text) {
    const auto read = parse_span(text);
    REQUIRE_MESSAGE(read.has_value(), text);
    return *read;
}

std::string refusal(std::string_view text) {
    const auto read = parse_span(text);
    REQUIRE_MESSAGE(!read, text);
    CHECK(read.error().fault == Fault::invalid);
    return read.error().detail;
}

/// UTC+01:00 without summer time, wherever the test runs.
struct FixedZone {
    FixedZone() {
        ::setenv("TZ", "XST-1", 1);
        ::tzset();
    }
    ~FixedZone() {
        ::unsetenv("TZ");
        ::tzset();
    }
};

} // namespace

TEST_CASE("a span is the sum of its parts") {
    CHECK(span("0") == 0s);
    CHECK(span("90s") == 90s);
    CHECK(span("250ms") == 250ms);
    CHECK(span("1.5h") == 90min);
    CHECK(span("1d2h3m4.5s") == 26h + 3min + 4500ms);
    CHECK(span("2w") == 14 * 24h);
    CHECK(span("3us7ns") == 3007ns);
    CHECK(span("0.000000001s") == 1ns);
    CHECK(span("9223372036854775807ns") == Duration::max());
}

TEST_CASE("a span that could be misread is refused") {
    CHECK(refusal("10").find("needs a unit") != std::string::npos);
    CHECK(refusal("-5s").find("negative") != std::string::npos);
    CHECK(refusal("5s1m").find("large to small") != std::string::npos);
    CHECK(refusal("1s1s").find("each once") != std::string::npos);
    CHECK(refusal("1.5m3s").find("fraction") != std::string::npos);
    CHECK(refusal("5 s") == "bad time span \"5 s\": a number needs a unit: w, d, h, m, s, ms, us or ns");
    for (const auto* text : {"", "s", "1x", "1.s", ".5s", "1S", "1e3s", "+1s", " 1s", "1s ", "0.0", "300y", "15251w"})
        refusal(text);
    CHECK(refusal("9223372036854775808ns").find("292 years") != std::string::npos);
    CHECK(refusal(std::string(65, '1')).find("64") != std::string::npos);
}

TEST_CASE("what a span is written as is read back the same") {
    Random random(7);
    for (int i = 0; i < 20'000; ++i) {
        const Duration some(static_cast<std::int64_t>(random.up_to(~std::uint64_t(0) >> (1 + random.up_to(62)))));
        CHECK(span(format_span(some)) == some);
    }
    CHECK(span(format_span(Duration::max())) == Duration::max());
}

TEST_CASE("spans are written short") {
    CHECK(format_span(0s) == "0s");
    CHECK(format_span(90s) == "1m30s");
    CHECK(format_span(250ms) == "250ms");
    CHECK(format_span(1500ms) == "1.5s");
    CHECK(format_span(48h) == "2d");
    CHECK(format_span(1h + 20ms) == "1h20ms");
    CHECK(format_span(1500us) == "1.5ms");
}

TEST_CASE("elapsed time shows two units at most") {
    CHECK(format_elapsed(192s) == "3m12.0s");
    CHECK(format_elapsed(7h + 3min + 9s) == "7h3m");
    CHECK(format_elapsed(26h + 5min) == "1d2h");
    CHECK(format_elapsed(5250ms) == "5.2s");
    CHECK(format_elapsed(300ms) == "0.3s");
    CHECK(format_elapsed(59999ms) == "59.9s");
    CHECK(format_elapsed(3s) == "3.0s");
    CHECK(format_elapsed(60s) == "1m0.0s");
    CHECK(format_elapsed(575s) == "9m35.0s");
    CHECK(format_elapsed(3599999ms) == "59m59.9s");
    CHECK(format_elapsed(1h) == "1h");
    CHECK(format_elapsed(24h + 59min) == "1d");
    CHECK(format_elapsed(-1s) == "0.0s");
}

TEST_CASE("a moment is read in every documented form") {
    const auto at = [](std::string_view text) {
        const auto time = parse_time(text);
        REQUIRE_MESSAGE(time.has_value(), text);
        return format_time(*time);
    };
    CHECK(at("2026-11-23") == "2026-11-23T00:00:00.000Z");
    CHECK(at("2026-11-23T00:44") == "2026-11-23T00:44:00.000Z");
    CHECK(at("2026-11-23t00:44:28.174") == "2026-11-23T00:44:28.174Z");
    CHECK(at("2026-11-23 00:44:28Z") == "2026-11-23T00:44:28.000Z");
    CHECK(at("2026-11-23T00:44:28+01:00") == "2026-11-22T23:44:28.000Z");
    CHECK(at("2026-11-23T00:44:28-0530") == "2026-11-23T06:14:28.000Z");
    CHECK(at("2024-02-29T12:00Z") == "2024-02-29T12:00:00.000Z");
    CHECK(at("1969-12-31T23:59:59.9995Z") == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("a moment that does not exist is refused") {
    for (const auto* text :
         {"", "2026", "2026-13-01", "2026-02-30", "2023-02-29", "2026-11-23T", "2026-11-23T24:00", "2026-11-23T00:60",
          "2026-11-23T00:00:60", "2026-11-23T00:00:00.", "2026-11-23T00:00+25:00", "2026-11-23T00:00Zx", "2026-1-2",
          "9999-01-01", "1600-01-01", "2026-11-23Z", "-026-11-23"}) {
        const auto time = parse_time(text);
        REQUIRE_MESSAGE(!time, text);
        CHECK(time.error().fault == Fault::invalid);
    }
}

TEST_CASE("without a zone, local time is meant only when asked for") {
    const FixedZone zone;
    CHECK(format_time(*parse_time("2026-11-23T01:17:02", true), 0) == "2026-11-23T00:17:02Z");
    CHECK(format_time(*parse_time("2026-11-23T01:17:02Z", true), 0) == "2026-11-23T01:17:02Z");
    CHECK(format_local_time(*parse_time("2026-11-23T00:17:02.1149Z")) == "2026-11-23t01:17:02.114");
}

TEST_CASE("decimals are cut off, never rounded up") {
    const auto time = *parse_time("2026-11-23T23:59:59.999999999Z");
    CHECK(format_time(time, 0) == "2026-11-23T23:59:59Z");
    CHECK(format_time(time, 3) == "2026-11-23T23:59:59.999Z");
    CHECK(format_time(time, 9) == "2026-11-23T23:59:59.999999999Z");
}

TEST_CASE("moments survive being written with nine decimals") {
    Random random(11);
    for (int i = 0; i < 20'000; ++i) {
        const WallTime time(Duration(static_cast<std::int64_t>(random.up_to(~std::uint64_t(0) >> 2))));
        CHECK(parse_time(format_time(time, 9)) == time);
    }
}
