#include "web.hpp"
#include <doctest/doctest.h>

using namespace web;

TEST_CASE("a query, a JSON body, a message's own object and a form all become the message") {
    Web web;
    Client client(web);
    const std::string three = "200 OK\n{\"value\":[\"web.Xy\",{\"x\":3,\"y\":4},[]]}";
    CHECK(client.ask("GET /Xy?x=2&y=3") == three);
    CHECK(client.ask("GET /any/path/before/Xy?x=2&y=3") == three);
    CHECK(client.ask("POST /Xy?x=2&&y=3&") == three);
    CHECK(client.ask("POST /Xy", as_json, R"({"value":{"x":2,"y":3}})") == three);
    CHECK(client.ask("POST /Xy", as_json, R"( { "y": 3, "x": 2 } )") == three);
    CHECK(client.ask("POST /Xy", "content-type: Application/JSON; charset=utf-8\r\n", R"({"x":2,"y":3})") == three);
    CHECK(client.ask("POST /Xy", as_form, "x=2&y=3") == three);
    CHECK(client.ask("POST /Xy?x=9&y=3", as_form, "x=2") == three);
    CHECK(client.ask("GET /Xy") == "200 OK\n{\"value\":[\"web.Xy\",{\"x\":2,\"y\":2},[]]}");
    CHECK(client.head_text.find("Content-Type: application/json\r\n") != std::string::npos);
}

TEST_CASE("answers are plain where the request or the listener asks for that") {
    {
        Web web;
        CHECK(Client(web).ask("GET /Xy?x=2", "Accept: application/json;form=plain\r\n") == "200 OK\n{\"x\":3,\"y\":2}");
    }
    HttpOptions options;
    options.form = HttpForm::plain;
    Web web(lc::http<Xy>, options);
    CHECK(Client(web).ask("GET /Xy?x=2") == "200 OK\n{\"x\":3,\"y\":2}");
    CHECK(Client(web).ask("GET /Xy?x=2", "Accept: application/json;form=typed\r\n") ==
          "200 OK\n{\"value\":[\"web.Xy\",{\"x\":3,\"y\":2},[]]}");
    CHECK(Client(web).ask("GET /none") ==
          "404 Not Found\n{\"condition\":\"cannot recover request \\\"/none\\\"\",\"explanation\":\"nothing of that "
          "name\",\"error_code\":404,\"exit_status\":null}");
}

TEST_CASE("what is wrong with a request is said as JSON, naming the field") {
    Web web;
    Client client(web);
    const auto says = [&](std::string_view status, std::string_view words, std::string_view line,
                          std::string_view headers = "", std::string_view body = "") {
        const auto got = client.ask(line, headers, body);
        CAPTURE(got);
        CHECK(got.starts_with(status));
        CHECK(got.find("layer_cake.point_runtime.Faulted") != std::string::npos);
        CHECK(got.find(words) != std::string::npos);
    };
    says("400", R"(no conversion for \"x\" (expected integer4, found abc))", "GET /Xy?x=abc");
    says("400", R"(no conversion for \"x\")", "GET /Xy?x=99999999999");
    says("400", R"(unknown field \"z\" in \"Xy\")", "GET /Xy?z=1");
    says("400", R"(field \"x\" has no value)", "GET /Xy?x");
    says("400", "per cent sign", "GET /Xy?x=%4");
    says("400", "per cent sign", "GET /Xy?%zz=1");
    says("400", "zero byte", "GET /things/%00");
    says("400", "not UTF-8", "GET /Later?name=%c0%ae");
    says("400", R"(no conversion for \"y\")", "POST /Xy", as_json, R"({"value":{"y":"a"}})");
    says("400", R"(no conversion for \"y\")", "POST /Xy", as_json, R"({"y":[]})");
    says("400", "message", "POST /Xy", as_json, R"(["web.Xy",{},[]])");
    says("415", "unexpected content type", "POST /Xy", "Content-Type: text/xml\r\n", "<x/>");
    says("415", "unexpected content type", "POST /Xy", "", "x=1");
    says("404", "nothing of that name", "GET /xy");
    says("404", "nothing of that name", "GET /Xy/");
    says("404", "nothing of that name", "GET /Xy/../..");
    says("405", "unexpected HTTP method", "DELETE /Xy");
    CHECK(client.head_text.find("Allow: GET, HEAD, POST\r\n") != std::string::npos);
    says("405", "unexpected HTTP method", "OPTIONS /Xy");
}

TEST_CASE("routes fill members from the path, the query and the body") {
    Web web;
    Client client(web);
    CHECK(client.ask("GET /things/7") == "200 OK\n{\"value\":[\"unicode\",\"7red-1.000000\",[]]}");
    CHECK(client.ask("GET /things/7?colour=b%6cue&size=2") == "200 OK\n{\"value\":[\"unicode\",\"7blue2.000000\",[]]}");
    CHECK(client.ask("PUT /things/3/of/4") == "200 OK\n{\"value\":[\"web.Xy\",{\"x\":4,\"y\":5},[]]}");
    CHECK(client.ask("GET /things/a").find(R"(no conversion for \"id\")") != std::string::npos);
    CHECK(client.ask("GET /things/").starts_with("404"));
    CHECK(client.ask("GET /things/1/2").starts_with("404"));
    CHECK(client.ask("DELETE /things/7").starts_with("405"));
    CHECK(client.head_text.find("Allow: GET\r\n") != std::string::npos);
}

TEST_CASE("what an object says decides the status") {
    Web web;
    Client client(web);
    CHECK(client.ask("GET /Refuse?how=busy").starts_with("503 Service Unavailable"));
    CHECK(client.head_text.find("Retry-After: 1\r\n") != std::string::npos);
    CHECK(client.ask("GET /Refuse?how=late").starts_with("504"));
    CHECK(client.ask("GET /Refuse?how=teapot").starts_with("418"));
    CHECK(client.ask("GET /Refuse?how=errno").starts_with("500"));
    CHECK(client.ask("GET /Refuse?how=twice") == "200 OK\n{\"value\":[\"web.Xy\",{\"x\":1,\"y\":1},[]]}");
    CHECK(client.ask("GET /Xy?x=1").starts_with("200"));
}

TEST_CASE("HEAD is answered as GET is, without the body") {
    Web web;
    Client client(web);
    client.send("HEAD /Xy HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.until([&] { return client.receive() || client.got.find("\r\n\r\n") != std::string::npos; });
    CHECK(client.got.find("Content-Length: 37\r\n") != std::string::npos);
    CHECK(client.got.ends_with("\r\n\r\n"));
}
