#include <doctest/doctest.h>
#include <layer_cake/realm/nats_info.hpp>
#include <layer_cake/realm/nkey.hpp>

using namespace layer_cake;
using namespace layer_cake::realm;

TEST_CASE("nats: a server is written as people of NATS write it") {
    const auto read = [](std::string_view text) { return parse_nats_server(text).value(); };
    CHECK(read("nats://a.example:4223") == NatsServer{"a.example", 4223, false, {}, {}});
    CHECK(read("a.example") == NatsServer{"a.example", 4222, false, {}, {}});
    CHECK(read("a.example:1/") == NatsServer{"a.example", 1, false, {}, {}});
    CHECK(read("tls://[::1]:4222") == NatsServer{"::1", 4222, true, {}, {}});
    CHECK(read("nats://u:p@ss@h") == NatsServer{"h", 4222, false, "u", "p@ss"});
    CHECK(read("nats://token@h") == NatsServer{"h", 4222, false, "token", {}});
    CHECK(read("tls://[::1]").place() == "tls://[::1]:4222");
    for (const auto* wrong :
         {"", "nats://", "http://a", "a:0", "a:65536", "a:", "a:1x", "[::1", "[::1]x", "a b", "@a", "u:\"@a", "a/b"})
        CHECK_MESSAGE(!parse_nats_server(wrong), wrong);
    CHECK(parse_nats_server("http://u:secret@a").error().detail.find("secret") == std::string::npos);
}

TEST_CASE("nats: the first line of a server says what it is") {
    const auto info =
        parse_nats_info(R"(INFO {"version":"2.9.10","max_payload":1048576,"tls_required":true,"x":[1]} )");
    REQUIRE(info);
    CHECK(*info == NatsInfo{"2.9.10", 1 << 20, true});
    for (const auto* wrong : {"", "INFO", "INFO {", "INFO []", "INFO {}", R"(INFO {"version":"","max_payload":1})",
                              R"(INFO {"version":"2","max_payload":-1})", "HTTP/1.1 400 Bad Request"})
        CHECK_MESSAGE(!parse_nats_info(wrong), wrong);
}

TEST_CASE("nats: servers before 2.9.23 are old") {
    for (const auto* old : {"2.9.10", "2.9.22", "2.8.99", "1.4.1", "2", "2.9", "", "x", "0.0.0"})
        CHECK_MESSAGE(is_old_nats_server(old), old);
    for (const auto* good : {"2.9.23", "2.10.0", "2.10.27-RC.1", "3.0.0", "2.12"})
        CHECK_MESSAGE(!is_old_nats_server(good), good);
}

TEST_CASE("nats: the key of a seed is that of NATS's own tools") {
    // From the documentation of nats-server.
    CHECK(nkey_of_seed("SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY").value() ==
          "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4");
    const auto seed = make_nkey_seed();
    CHECK(seed.starts_with("SU"));
    CHECK(nkey_of_seed(seed).value().starts_with("U"));
    auto broken = seed;
    broken[10] = broken[10] == 'A' ? 'B' : 'A';
    CHECK_FALSE(nkey_of_seed(broken));
    CHECK_FALSE(nkey_of_seed(""));
    CHECK_FALSE(nkey_of_seed("SAAINFLMRAP2X6ZQHVPWJHMEYGJ4RPHW4FCAWRBQ4XXLW4CQ2GWQ"));
}
