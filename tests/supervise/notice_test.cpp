#include <doctest/doctest.h>
#include <layer_cake/supervise/notify_socket.hpp>
#include <random>

using namespace layer_cake;
using namespace layer_cake::supervise;
using namespace std::chrono_literals;

TEST_CASE("a notice says what its lines say") {
    const auto notice =
        parse_notice("READY=1\nSTATUS=two of three\nMAINPID=4242\nERRNO=2\nEXTEND_TIMEOUT_USEC=1500000\nWATCHDOG=1\n");
    CHECK(notice.ready);
    CHECK(notice.watchdog);
    CHECK(!notice.stopping);
    CHECK(!notice.reloading);
    CHECK(!notice.barrier);
    CHECK(notice.status == "two of three");
    CHECK(notice.main_pid == 4242);
    CHECK(notice.error_number == 2);
    CHECK(notice.extend_timeout == 1500ms);

    CHECK(parse_notice("STOPPING=1").stopping);
    CHECK(parse_notice("BARRIER=1").barrier);
    CHECK(parse_notice("RELOADING=1\nMONOTONIC_USEC=12").reloading);
    CHECK(parse_notice("WATCHDOG=trigger").watchdog_trigger);
    CHECK(parse_notice("WATCHDOG_USEC=2000000").watchdog_time == 2s);
    CHECK(parse_notice("STATUS=").status == "");
}

TEST_CASE("lines that break a rule count for nothing") {
    for (const auto text :
         {"", "\n\n", "READY", "READY=0", "READY=11", "ready=1", " READY=1", "READY =1", "X_READY=1", "=1"})
        CHECK_FALSE(parse_notice(text).ready);
    for (const auto text :
         {"MAINPID=", "MAINPID=0", "MAINPID=1", "MAINPID=-5", "MAINPID=12x", "MAINPID=99999999999999"})
        CHECK_FALSE(parse_notice(text).main_pid.has_value());
    CHECK_FALSE(parse_notice("ERRNO=-1").error_number.has_value());
    CHECK_FALSE(parse_notice("WATCHDOG_USEC=0").watchdog_time.has_value());
    CHECK(parse_notice("EXTEND_TIMEOUT_USEC=18446744073709551615").extend_timeout == 24h);
    CHECK_FALSE(parse_notice("EXTEND_TIMEOUT_USEC=18446744073709551616").extend_timeout.has_value());
}

TEST_CASE("a status is cut at 256 bytes, never within a character") {
    CHECK(parse_notice("STATUS=" + std::string(1000, 'x')).status->size() == 256);
    std::string accents;
    for (int i = 0; i < 200; ++i)
        accents += "\xc3\xa9";
    CHECK(parse_notice("STATUS=x" + accents).status->size() == 255);
    CHECK(parse_notice("STATUS=" + std::string(1000, '\x80')).status->empty());
}

TEST_CASE("any bytes are a notice of some kind") {
    std::mt19937 random(3);
    for (int round = 0; round < 2000; ++round) {
        std::string bytes;
        for (int i = static_cast<int>(random() % 64); i > 0; --i)
            bytes += "READY=1\nSTATUS\0=9"[random() % 17];
        const auto notice = parse_notice(bytes);
        CHECK((!notice.status || notice.status->size() <= 256));
    }
}
