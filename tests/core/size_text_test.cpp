#include <doctest/doctest.h>
#include <layer_cake/core/time_text.hpp>

using namespace layer_cake;

TEST_CASE("sizes are read with powers of 1024") {
    CHECK(parse_size("0") == 0u);
    CHECK(parse_size("4096") == 4096u);
    CHECK(parse_size("10K") == 10240u);
    CHECK(parse_size("10k") == 10240u);
    CHECK(parse_size("10KB") == 10240u);
    CHECK(parse_size("10KiB") == 10240u);
    CHECK(parse_size("12B") == 12u);
    CHECK(parse_size("1.5G") == 3u * 512 * 1024 * 1024);
    CHECK(parse_size("2T") == 2ull << 40);
    CHECK(parse_size("7E") == 7ull << 60);
    CHECK(parse_size("9223372036854775807") == 9223372036854775807u);
}

TEST_CASE("what is no size is refused") {
    for (const auto* text : {"", "K", "-1", "+1", "1.5", "1.K", ".5K", "10 K", "10Q", "10iB", "10KK", "8E", "1e3",
                             "9223372036854775808", "99999999999999999999999999", "0x10"}) {
        const auto size = parse_size(text);
        REQUIRE_MESSAGE(!size, text);
        CHECK(size.error().fault == Fault::invalid);
    }
}

TEST_CASE("sizes are written exactly where it can be") {
    CHECK(format_size(0) == "0");
    CHECK(format_size(512) == "512");
    CHECK(format_size(1024) == "1K");
    CHECK(format_size(10240) == "10K");
    CHECK(format_size(3 * 512 * 1024) == "1.5M");
    CHECK(format_size(1'000'000) == "976.6K");
    CHECK(format_size(1024 * 1024 - 1) == "1M");
    CHECK(format_size(~0ull) == "16E");
}
