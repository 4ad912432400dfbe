#include <cli/load/answer_kind.hpp>
#include <cli/load/table_check.hpp>
#include <cli/load/tally.hpp>
#include <cli/load/target.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <random>

using namespace layer_cake;
using namespace layer_cake::cli::load;
using namespace std::chrono_literals;

TEST_CASE("the kind of an answer is told by its status and the type its body names") {
    CHECK(kind_of_status(200, "Busy") == Kind::success);
    CHECK(kind_of_status(204, "") == Kind::success);
    CHECK(kind_of_status(404, R"({"value":["layer_cake.point_runtime.Busy",{},[]]})") == Kind::other_status);
    CHECK(kind_of_status(503, R"({"value":["layer_cake.point_runtime.Busy",{"condition":"rejected"},[]]})") ==
          Kind::busy);
    CHECK(kind_of_status(500, R"({"value":["layer_cake.point_runtime.Overloaded",{},[]]})") == Kind::overloaded);
    CHECK(kind_of_status(503, R"({"type":"TemporarilyUnavailable"})") == Kind::unavailable);
    CHECK(kind_of_status(500, R"(["layer_cake.point_runtime.TimedOut",{}])") == Kind::expired);
    CHECK(kind_of_status(504, "") == Kind::expired);
    CHECK(kind_of_status(503, "try later") == Kind::unnamed);
    CHECK(kind_of_status(503, "BusyBox NotBusy Busy_") == Kind::unnamed);
    CHECK(kind_of_status(503, std::string(5000, ' ') + "\"Busy\"") == Kind::unnamed);
    CHECK(kind_of_status(429, "Busy") == Kind::unnamed);
    CHECK(kind_of_status(500, "try later") == Kind::other_status);
    CHECK(kind_of_status(301, "") == Kind::other_status);
}

TEST_CASE("every kind has a name of its own") {
    for (std::size_t i = 0; i < kinds; ++i) {
        CHECK_FALSE(name_of(static_cast<Kind>(i)).name.empty());
        for (std::size_t j = 0; j < i; ++j)
            CHECK(name_of(static_cast<Kind>(i)).name != name_of(static_cast<Kind>(j)).name);
    }
}

TEST_CASE("the size of a table is read in each of its forms") {
    const TableSize size{3, 2};
    const char* const table = "[[1,-2.5,3e1], [4,5,6]]";
    for (const auto& form : {std::string("{}"), std::string(R"({{"value":["vector<vector<float8>>",{},[]]}})"),
                             std::string(R"({{"value":{}}})"), std::string(R"({{"note":[1,{{}}],"value":{}}})"),
                             std::string("\n {} \n")}) {
        const auto body = form == "{}" ? std::string(table) : fmt::format(fmt::runtime(form), table);
        CAPTURE(body);
        const auto read = table_size(body);
        REQUIRE(read);
        CHECK(*read == size);
    }
    CHECK(*table_size("[]") == TableSize{0, 0});
    CHECK(*table_size("[[],[]]") == TableSize{0, 2});
    CHECK(*table_size(R"({"value":["vector<vector<float8>>",[[0.5]]]})") == TableSize{1, 1});
}

TEST_CASE("random tables of random sizes are measured") {
    std::mt19937_64 engine(42);
    std::uniform_int_distribution<unsigned> side(1, 30);
    std::uniform_real_distribution<double> cell(-1e6, 1e6);
    for (int turn = 0; turn < 50; ++turn) {
        const TableSize size{side(engine), side(engine)};
        codec::Array rows;
        for (unsigned y = 0; y < size.y; ++y) {
            codec::Array cells;
            for (unsigned x = 0; x < size.x; ++x)
                cells.emplace_back(cell(engine));
            rows.emplace_back(std::move(cells));
        }
        const auto text = codec::write_json(codec::Object{{"value", codec::Value(std::move(rows))}});
        CHECK(table_size(text).value() == size);
        // No prefix of a table is one.
        for (std::size_t cut = 0; cut < text.size(); cut += 1 + text.size() / 40)
            CHECK_FALSE(table_size(std::string_view(text).substr(0, cut)));
    }
}

TEST_CASE("what is no table is refused with a reason") {
    for (const char* body :
         {"", "null", "{}", "{\"value\":1}", "[[1,2],[3]]", "[[1,2],[3,\"4\"]]", "[1,2]", "[[1]] x", "[[1]",
          "{\"value\":[\"t\"]}", "{\"value\":[\"t\",[[1]],[]}", "{\"Value\":[[1]]}", "[[true]]", "[[[1]]]",
          "{\"value\":[[1]]", "<html>", "[[1,]]", "{\"value\":[\"t\",[[1]],[]],}"}) {
        CAPTURE(body);
        const auto read = table_size(body);
        CHECK_FALSE(read);
        if (!read) CHECK(read.error().detail.find("no table") != std::string::npos);
    }
}

TEST_CASE("tallies add up, over a text as well") {
    Tally one, two;
    one.offered = 3;
    one.sent = 4;
    one.retries = 1;
    one.statuses = {{200, 2}, {503, 2}};
    one.counts[static_cast<std::size_t>(Kind::success)] = 2;
    one.times[static_cast<std::size_t>(Kind::success)].add(1ms, 2);
    one.counts[static_cast<std::size_t>(Kind::busy)] = 2;
    one.times[static_cast<std::size_t>(Kind::busy)].add(1us, 2);
    one.lag.add(5us);
    two.counts[static_cast<std::size_t>(Kind::timeout)] = 7;
    two.statuses = {{200, 1}};
    two.bytes = 99;
    Tally sum = Tally::from_value(*codec::parse_json(codec::write_json(one.to_value())));
    sum.add(Tally::from_value(*codec::parse_json(codec::write_json(two.to_value()))));
    CHECK(sum.offered == 3);
    CHECK(sum.sent == 4);
    CHECK(sum.retries == 1);
    CHECK(sum.bytes == 99);
    CHECK(sum.answers() == 4);
    CHECK(sum.outcomes() == 11);
    CHECK(sum.refusals() == 2);
    CHECK(sum.count(Kind::timeout) == 7);
    CHECK(sum.statuses == std::map<int, std::uint64_t>{{200, 3}, {503, 2}});
    CHECK(sum.time(Kind::success).count() == 2);
    CHECK(sum.refusal_times().most() == 1us);
    CHECK(sum.lag.most() == 5us);
    CHECK(Tally().empty());
    CHECK(Tally::from_value(Tally().to_value()).empty());
}

TEST_CASE("a URL names host, port and path, or a unix socket") {
    const auto host = [](const char* url) {
        const auto read = parse_url(url);
        return read ? fmt::format("{} {} {}", read->endpoint.host, read->endpoint.port, read->path)
                    : read.error().detail;
    };
    CHECK(host("http://localhost:8080/Xy?x=2&y=3#top") == "localhost 8080 /Xy?x=2&y=3");
    CHECK(host("http://127.0.0.1") == "127.0.0.1 80 /");
    CHECK(host("HTTP://shop.example/") == "shop.example 80 /");
    CHECK(host("http://[::1]:81/a") == "[::1] 81 /a");
    CHECK(host("http://[::1]") == "[::1] 80 /");
    CHECK(host("http://h?x=1") == "h 80 /?x=1");
    CHECK(host("http://h:/x") == "h 80 /x");
    const auto local = [](const char* url) {
        const auto read = parse_url(url);
        return read ? fmt::format("{} {}", read->endpoint.path, read->path) : read.error().detail;
    };
    CHECK(local("unix:///run/a.sock") == "/run/a.sock /");
    CHECK(local("unix:///run/a.sock:/v1/x?y=1") == "/run/a.sock /v1/x?y=1");
    CHECK(local("http+unix://%2Frun%2Fa.sock/v1") == "/run/a.sock /v1");
}

TEST_CASE("what is no URL is refused in one line that says what to write") {
    const auto refused = [](const char* url, const char* why) {
        const auto read = parse_url(url);
        CAPTURE(url);
        REQUIRE_FALSE(read);
        CHECK(read.error().fault == Fault::invalid);
        CAPTURE(read.error().detail);
        CHECK(read.error().detail.find(why) != std::string::npos);
        CHECK(read.error().detail.find('\n') == std::string::npos);
    };
    refused("localhost:80/x", "write http://localhost:80/x");
    refused("https://a/", "https is not spoken");
    refused("ftp://a/", "\"ftp\" is not http or unix");
    refused("http://", "no host");
    refused("http:///x", "no host");
    refused("http://:80", "no host");
    refused("http://u:p@h/", "--header");
    refused("http://h:0/", "no port");
    refused("http://h:65536/", "no port");
    refused("http://h:8o/", "no port");
    refused("http://[::1/", "] is missing");
    refused("unix://run/x", "three slashes");
    refused("http+unix://%2/x", "hexadecimal");
    refused("http+unix://%00/x", "hexadecimal");
    refused("", "write http://");
}
