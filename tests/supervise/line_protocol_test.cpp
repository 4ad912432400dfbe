#include <doctest/doctest.h>
#include <layer_cake/supervise/line_protocol.hpp>

using namespace layer_cake;
using namespace layer_cake::supervise;

namespace {

net::HttpRequest asked(std::string target, std::string body = {}, std::string type = {}) {
    net::HttpRequest request;
    request.target = std::move(target);
    request.body = std::move(body);
    if (!type.empty()) request.headers.emplace_back("Content-Type", std::move(type));
    return request;
}

std::string line(const net::HttpRequest& request) {
    const auto made = line_of(request);
    return made ? *made : std::to_string(made.error().status) + " " + made.error().body;
}

} // namespace

TEST_CASE("a query becomes an object whose numbers and truths are such") {
    CHECK(line(asked("/t")) == "{}\n");
    CHECK(line(asked("/t?x=8&y=-1.5e3&t=true&f=false")) == "{\"x\":8,\"y\":-1.5e3,\"t\":true,\"f\":false}\n");
    CHECK(line(asked("/t?a=007&b=1.&c=-&d=null&e=&f=Infinity&g=0x1")) ==
          "{\"a\":\"007\",\"b\":\"1.\",\"c\":\"-\",\"d\":\"null\",\"e\":\"\",\"f\":\"Infinity\",\"g\":\"0x1\"}\n");
    CHECK(line(asked("/t?n=123456789012345678901234567890")) == "{\"n\":123456789012345678901234567890}\n");
    CHECK(line(asked("/t?l=1&m=x&l=b&l=2")) == "{\"l\":[1,\"b\",2],\"m\":\"x\"}\n");
}

TEST_CASE("no field can end a line") {
    CHECK(line(asked("/t?a=1%0A%7B%7D")) == "{\"a\":\"1\\n{}\"}\n");
    CHECK(line(asked("/t", "{\"a\":\n\"b\\n\"\r\n}\n")) == "{\"a\":\"b\\n\"}\n");
}

TEST_CASE("a body is JSON, or a form when it says so") {
    CHECK(line(asked("/t", "[1, 2]")) == "[1,2]\n");
    CHECK(line(asked("/t", "{\"a\": 1}", "application/json; charset=utf-8")) == "{\"a\":1}\n");
    CHECK(line(asked("/t", "{\"a\": 1}", "application/merge-patch+json")) == "{\"a\":1}\n");
    CHECK(line(asked("/t?q=2", "{\"a\": 1}")) == "{\"a\":1,\"q\":2}\n");
    CHECK(line(asked("/t", "a=b+c&n=1", "application/x-www-form-urlencoded")) == "{\"a\":\"b c\",\"n\":1}\n");
}

TEST_CASE("what cannot become a line is refused, naming the field") {
    CHECK(line(asked("/t?a=2", "{\"a\": 1}"))
              .starts_with("400 {\"error\":{\"fault\":\"invalid\",\"detail\":\"field \\\"a\\\" "));
    CHECK(line(asked("/t?bad=%FF")).find("field \\\"bad\\\"") != std::string::npos);
    CHECK(line(asked("/t", "{", "application/json")).starts_with("400 "));
    CHECK(line(asked("/t", "x", "text/plain")).starts_with("415 "));
    CHECK(line(asked("/t?a=1", "[1]")).starts_with("400 "));
    std::string many = "/t?a=1";
    for (int i = 0; i < 1000; ++i)
        many += "&b=1";
    CHECK(line(asked(many)).starts_with("400 "));
}

TEST_CASE("an answer is passed on, or is the error it says it is") {
    CHECK(answer_of("[[1]]").status == 200);
    CHECK(answer_of("[[1]]\r").body == "[[1]]\n");
    CHECK(answer_of("{\"value\":1,\"error\":2}").status == 200);
    CHECK(answer_of("{\"error\":\"x\"}").status == 500);
    CHECK(answer_of(" { \"error\":\"x\",\"status\":404}").status == 404);
    CHECK(answer_of("{\"error\":\"x\",\"status\":200}").status == 500);
    CHECK(answer_of("{\"error\":\"x\"").status == 502);
    CHECK(answer_of("").status == 502);
    CHECK(answer_of("hello").status == 502);
}
