#include <doctest/doctest.h>
#include <layer_cake/net/http_text.hpp>

using namespace layer_cake::net;

namespace {

HttpRequest to(std::string target) {
    HttpRequest request;
    request.target = std::move(target);
    return request;
}

} // namespace

TEST_CASE("a target gives its decoded path and its query in order") {
    CHECK(to("/a%20b/c?x=1").path() == "/a b/c");
    CHECK(to("/a+b").path() == "/a+b");
    CHECK(to("/%zz%4").path() == "/%zz%4");
    CHECK(to("http://host:80/p?q=1").path() == "/p");
    CHECK(to("http://host").path() == "/");
    CHECK(to("http://host?q=1").query() == std::vector<std::pair<std::string, std::string>>{{"q", "1"}});
    const auto query = to("/log?role=a&role=b+c&follow&&x=%3D%26").query();
    CHECK(query == std::vector<std::pair<std::string, std::string>>{
                       {"role", "a"}, {"role", "b c"}, {"follow", ""}, {"x", "=&"}});
    CHECK(to("/?").query().empty());
}

TEST_CASE("no header value can end its line") {
    const Headers headers = {{"A", "b\r\nSet-Cookie: c"}, {"bad name", "x"}, {"Content-Length", "7"}};
    std::string out;
    ResponseHead head;
    head.headers = &headers;
    append_response_head(out, head);
    CHECK(out == "HTTP/1.1 200 OK\r\nA: b  Set-Cookie: c\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("a request carries the host of its endpoint and its body's length") {
    HttpRequest request = to("/x");
    CHECK(request_text({.path = "/s"}, request) == "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    request.method = "POST";
    request.body = "hi";
    Endpoint six;
    six.host = "::1";
    six.port = 80;
    CHECK(request_text(six, request) ==
          "POST /x HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
}

TEST_CASE("no target can end the request line") {
    CHECK(request_text({.path = "/s"}, to("/a b\r\nX: y")).find("GET /a%20b%0D%0AX:%20y HTTP/1.1\r\nHost") == 0);
}

TEST_CASE("words in a list are found whole and in any case") {
    CHECK(lists("keep-alive, Close", "close"));
    CHECK_FALSE(lists("closed", "close"));
    CHECK_FALSE(lists("", "close"));
}

TEST_CASE("a date is written as HTTP wants it") {
    CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
}
