#include <doctest/doctest.h>
#include <layer_cake/supervise/proxy_headers.hpp>

using namespace layer_cake;
using namespace layer_cake::supervise;

TEST_CASE("headers of one hop, and those that Connection lists, do not go on") {
    const net::Headers given = {{"Host", "a"},
                                {"connection", "close, X-Mine"},
                                {"X-Mine", "1"},
                                {"Keep-Alive", "5"},
                                {"TE", "trailers"},
                                {"Upgrade", "h2c"},
                                {"Accept", "*/*"},
                                {"Expect", "100-continue"},
                                {"Transfer-Encoding", "chunked"}};
    CHECK(without_hop(given) == net::Headers{{"Host", "a"}, {"Accept", "*/*"}});
}

TEST_CASE("a worker is asked for the same, and told by whom") {
    net::HttpRequest request;
    request.method = "HEAD";
    request.target = "http://example.org/a?b=1";
    request.headers = {{"Host", "example.org"}, {"X-Forwarded-Proto", "https"}, {"Via", "1.0 other"}};
    request.client = "192.0.2.1";
    const auto out = request_for_worker(request);
    CHECK(out.method == "HEAD");
    CHECK(out.target == "/a?b=1");
    CHECK(out.headers == net::Headers{{"Host", "example.org"},
                                      {"Via", "1.0 other"},
                                      {"X-Forwarded-For", "192.0.2.1"},
                                      {"X-Forwarded-Host", "example.org"},
                                      {"X-Forwarded-Proto", "http"},
                                      {"Via", "1.1 layer-cake"}});
    request.headers = {{"X-Forwarded-For", "198.51.100.1, 198.51.100.2"}, {"x-forwarded-for", "198.51.100.3"}};
    CHECK(request_for_worker(request).headers.front().second == "198.51.100.1, 198.51.100.2, 198.51.100.3, 192.0.2.1");
    request.target = "http://example.org?b=1";
    CHECK(request_for_worker(request).target == "/?b=1");
}

TEST_CASE("only what changes nothing by being done twice may be sent twice") {
    for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
        CHECK(is_idempotent(method));
    for (const char* method : {"POST", "PATCH", "get"})
        CHECK_FALSE(is_idempotent(method));
}
