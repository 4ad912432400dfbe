#include <doctest/doctest.h>
#include <layer_cake/net/request_parser.hpp>
#include <string>
#include <vector>

using layer_cake::net::ParsedRequest;
using layer_cake::net::RequestParser;
using Step = RequestParser::Step;

namespace {

struct Outcome {
    std::vector<std::string> requests;
    int status = 0;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::string text(const ParsedRequest& request) {
    auto out = request.message.method + " " + request.message.target;
    for (const auto& header : request.message.headers)
        out += "\n" + header.first + "=" + header.second;
    out += request.keep_alive ? "\nkeep" : "\nclose";
    out += request.old_client ? " 1.0" : " 1.1";
    return out + "\n" + request.message.body;
}

/// Feeds `bytes` in pieces of `size`.
Outcome read(std::string_view bytes, std::size_t size, std::size_t header_bytes = 1024, std::size_t body_bytes = 64) {
    Outcome outcome;
    RequestParser parser(header_bytes, body_bytes);
    while (!bytes.empty()) {
        auto piece = bytes.substr(0, size);
        bytes.remove_prefix(piece.size());
        while (!piece.empty()) {
            const auto step = parser.feed(piece);
            if (step == Step::request) outcome.requests.push_back(text(parser.take()));
            if (step == Step::refused) {
                outcome.status = parser.status();
                return outcome;
            }
        }
    }
    return outcome;
}

struct Row {
    std::string name;
    std::string bytes;
    int status; ///< 0: one request and no refusal
};

const std::string head = "GET / HTTP/1.1\r\nHost: x\r\n";
const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";

const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";

const std::vector<Row> rows = {
    {"plain", head + "\r\n", 0},
    {"an empty line before", "\r\n" + head + "\r\n", 0},
    {"absolute target", "GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n", 0},
    {"options of the server", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 0},
    {"HTTP/1.0 without host", "GET / HTTP/1.0\r\n\r\n", 0},
    {"body by length", post + "Content-Length: 3\r\n\r\nabc", 0},
    {"body by chunks", post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 0},
    {"chunk extension", post + "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n", 0},
    {"trailer", post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n", 0},
    {"upgrade is ignored", head + "Connection: upgrade\r\nUpgrade: h2c\r\n\r\n", 0},
    {"empty header value", head + "A:\r\nB: \r\n\r\n", 0},
    {"largest body", post + "Content-Length: 64\r\n\r\n" + std::string(64, 'x'), 0},

    {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"no host, of the Python library's client", "GET / HTTP/1.1\r\nUser-Agent: Layer-Cake-API-client/1.0\r\n\r\n", 0},
    {"two hosts", head + "Host: x\r\n\r\n", 400},
    {"two hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", 400},
    {"a list as host", "GET / HTTP/1.1\r\nHost: x, y\r\n\r\n", 400},
    {"length and coding", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"coding and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400},
    {"two lengths", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n", 400},
    {"two equal lengths", post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
    {"a list of lengths", post + "Content-Length: 3, 3\r\n\r\nabc", 400},
    {"length with a plus", post + "Content-Length: +3\r\n\r\nabc", 400},
    {"negative length", post + "Content-Length: -3\r\n\r\nabc", 400},
    {"hexadecimal length", post + "Content-Length: 0x3\r\n\r\nabc", 400},
    {"length with an underscore", post + "Content-Length: 1_0\r\n\r\n", 400},
    {"empty length", post + "Content-Length:\r\n\r\n", 400},
    {"length beyond 64 bits", post + "Content-Length: 99999999999999999999\r\n\r\n", 400},
    {"two codings", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"unknown coding", post + "Transfer-Encoding: gzip\r\n\r\n", 501},
    {"coding after chunked", post + "Transfer-Encoding: chunked, identity\r\n\r\n", 400},
    {"coding with a tab-like byte", post + "Transfer-Encoding: \vchunked\r\n\r\n", 400},
    {"bare line feeds", "GET / HTTP/1.1\nHost: x\n\n", 400},
    {"a bare line feed after a header", "GET / HTTP/1.1\r\nHost: x\n\r\n", 400},
    {"a bare line feed at the end", head + "\n", 400},
    {"a bare carriage return", "GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n", 400},
    {"folded header", head + "A: b\r\n c\r\n\r\n", 400},
    {"folded with a tab", head + "A: b\r\n\tc\r\n\r\n", 400},
    {"space before the first header", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400},
    {"space before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
    {"header without a name", head + ": x\r\n\r\n", 400},
    {"header without a colon", head + "A\r\n\r\n", 400},
    {"NUL in a value", head + std::string("A: b\0c\r\n\r\n", 10), 400},
    {"escape in a value", head + "A: \x1b[2J\r\n\r\n", 400},
    {"NUL in the target", std::string("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 28), 400},
    {"raw UTF-8 in the target", "GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"fragment", "GET /#a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"target without a slash", "GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"no target", "GET HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"star for GET", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"two spaces", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"tunnel", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 501},
    {"unknown method", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
    {"lower-case method", "get / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
    {"HTTP/0.9", "GET /\r\n\r\n", 505},
    {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
    {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505},
    {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
    {"TLS", "\x16\x03\x01\x02", 400},
    {"other expectation", post + "Expect: miracles\r\nContent-Length: 3\r\n\r\n", 417},
    {"large body announced", post + "Content-Length: 65\r\n\r\n", 413},
    {"large body in chunks", post + "Transfer-Encoding: chunked\r\n\r\n41\r\n" + std::string(65, 'x'), 413},
    {"endless chunk size", post + "Transfer-Encoding: chunked\r\n\r\n" + std::string(30, 'f') + "\r\n", 400},
    {"chunk size with a sign", post + "Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n", 400},
    {"chunk size after a space", post + "Transfer-Encoding: chunked\r\n\r\n 3\r\nabc\r\n0\r\n\r\n", 400},
    {"empty chunk size", post + "Transfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n", 400},
    {"bare line feed after a size", post + "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n", 400},
    {"bare line feed after a chunk", post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\n0\r\n\r\n", 400},
    {"bare line feed in an extension", post + "Transfer-Encoding: chunked\r\n\r\n3;a\nabc\r\n0\r\n\r\n", 400},
    {"bare line feed in a trailer", post + "Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\n\r\n", 400},
    {"chunk longer than its size", post + "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", 400},
    {"long extension", post + "Transfer-Encoding: chunked\r\n\r\n3;" + std::string(2000, 'a') + "\r\n", 431},
    {"long request line", "GET /" + std::string(600, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
    {"long head", head + "A: " + std::string(1100, 'a') + "\r\n\r\n", 431},
    // What RFC 9112 leaves no second reading of, and some servers have had one.
    {"chunk size in capitals", chunked + "A\r\n0123456789\r\n0\r\n\r\n", 0},
    {"chunk size with zeros in front", chunked + "0003\r\nabc\r\n0\r\n\r\n", 0},
    {"several zeros as the last chunk", chunked + "3\r\nabc\r\n000\r\n\r\n", 0},
    {"quoted chunk extension", chunked + "3;a=\"b c\"\r\nabc\r\n0\r\n\r\n", 0},
    {"length with zeros in front", post + "Content-Length: 003\r\n\r\nabc", 0},
    {"length between spaces", post + "Content-Length: \t 3  \r\n\r\nabc", 0},
    {"length before a tab", post + "Content-Length: 3\t\r\n\r\nabc", 400},
    {"value before a tab", head + "A: b\t\r\n\r\n", 0},
    {"coding in capitals", post + "transfer-encoding: CHUNKED\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 0},
    {"a header that is almost a length", post + "Content_Length: 5\r\nX-Content-Length: 5\r\n\r\n", 0},
    {"a GET with a body", head + "Content-Length: 3\r\n\r\nabc", 0},
    {"obs-text in a value", head + "A: caf\xe9\r\n\r\n", 0},
    {"a host with a port", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 0},
    {"a length that is a list with nothing", post + "Content-Length: 3,\r\n\r\nabc", 400},
    {"a length of two numbers", post + "Content-Length: 1 1\r\n\r\na", 400},
    {"a length of minus nothing", post + "Content-Length: -0\r\n\r\n", 400},
    {"an octal length", post + "Content-Length: 0o3\r\n\r\nabc", 400},
    {"a broken length", post + "Content-Length: 3.0\r\n\r\nabc", 400},
    {"a length with an exponent", post + "Content-Length: 3e0\r\n\r\nabc", 400},
    {"two lengths in one HTTP/1.0 request", "POST / HTTP/1.0\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400},
    {"an empty coding", post + "Transfer-Encoding:\r\n\r\n", 501},
    {"a coding before a comma", post + "Transfer-Encoding: chunked,\r\n\r\n", 400},
    {"a coding after a comma", post + "Transfer-Encoding: ,chunked\r\n\r\n", 501},
    {"a coding with a weight", post + "Transfer-Encoding: chunked;q=1\r\n\r\n", 501},
    {"a quoted coding", post + "Transfer-Encoding: \"chunked\"\r\n\r\n", 501},
    {"almost a coding", post + "Transfer-Encoding: xchunked\r\n\r\n", 501},
    {"identity", post + "Transfer-Encoding: identity\r\n\r\n", 501},
    {"coding before chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
    {"codings in two headers", post + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"space before the colon of a coding", post + "Transfer-Encoding : chunked\r\n\r\n", 400},
    {"tab before the colon of a length", post + "Content-Length\t: 3\r\n\r\nabc", 400},
    {"a coding folded", post + "Transfer-Encoding:\r\n chunked\r\n\r\n", 400},
    {"a NUL in a coding", post + std::string("Transfer-Encoding: chunked\0\r\n\r\n", 31), 400},
    {"chunk size with a prefix", chunked + "0x3\r\nabc\r\n0\r\n\r\n", 400},
    {"chunk size with an underscore", chunked + "1_0\r\nabc\r\n0\r\n\r\n", 400},
    {"negative chunk size", chunked + "-3\r\nabc\r\n0\r\n\r\n", 400},
    {"space after a chunk size", chunked + "3 \r\nabc\r\n0\r\n\r\n", 400},
    {"tab before a chunk extension", chunked + "3\t;a\r\nabc\r\n0\r\n\r\n", 400},
    {"chunk extension without a name", chunked + "3;\r\nabc\r\n0\r\n\r\n", 400},
    {"NUL in a chunk extension", chunked + std::string("3;a\0b\r\n", 8) + "abc\r\n0\r\n\r\n", 400},
    {"a carriage return in a chunk extension", chunked + "3;a\rb\r\nabc\r\n0\r\n\r\n", 400},
    {"an open quote in a chunk extension", chunked + "3;a=\"b\r\nabc\r\n0\r\n\r\n", 400},
    {"a chunk that spills over", chunked + "3\r\nabcd\r\n0\r\n\r\n", 400},
    {"a chunk that ends with a carriage return", chunked + "3\r\nabc\r0\r\n\r\n", 400},
    {"chunk size beyond 64 bits", chunked + "10000000000000003\r\nabc\r\n0\r\n\r\n", 400},
    {"bare line feed at the end of chunks", chunked + "3\r\nabc\r\n0\r\n\n", 400},
    {"a folded trailer", chunked + "0\r\nA: b\r\n c\r\n\r\n", 400},
    {"space before the colon of a trailer", chunked + "0\r\nA : b\r\n\r\n", 400},
    {"a trailer without a colon", chunked + "0\r\nA\r\n\r\n", 400},
    {"a trailer that states a length", chunked + "0\r\nContent-Length: 5\r\n\r\n", 400},
    {"a trailer that states a coding", chunked + "0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"a host with somebody in it", "GET / HTTP/1.1\r\nHost: a@x\r\n\r\n", 400},
    {"a host with a path", "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", 400},
    {"a host in two words", "GET / HTTP/1.1\r\nHost: x y\r\n\r\n", 400},
    {"an absolute target with somebody in it", "GET http://a@x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"an absolute target without a host", "GET http:///a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"an authority as the target", "GET x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"a space in the target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"a tab in the request line", "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"a space behind the version", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", 505},
    {"a space in front of the method", " GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"a version with a zero in front", "GET / HTTP/01.1\r\nHost: x\r\n\r\n", 505},
    {"a version of three digits", "GET / HTTP/1.10\r\nHost: x\r\n\r\n", 505},
    {"a version of one digit", "GET / HTTP/1\r\nHost: x\r\n\r\n", 505},
    {"a version in lower case", "GET / http/1.1\r\nHost: x\r\n\r\n", 400},
    {"another protocol", "GET / RTSP/1.1\r\nHost: x\r\n\r\n", 400},
    {"DEL in a value", head + "A: b\x7f\r\n\r\n", 400},
    {"a byte beyond ASCII in a name", head + "\xc3\xa4: b\r\n\r\n", 400},
    {"two expectations", post + "Expect: 100-continue, x\r\nContent-Length: 3\r\n\r\n", 417},
    {"endless empty lines",
     [] {
         std::string out;
         for (int i = 0; i < 600; ++i)
             out += "\r\n";
         return out;
     }(),
     431},
};

} // namespace

TEST_CASE("requests that can be read in two ways are refused with a fitting status") {
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto outcome = read(row.bytes, std::string::npos);
        CHECK(outcome.status == row.status);
        CHECK(outcome.requests.size() == (row.status == 0 ? 1 : 0));
    }
}

TEST_CASE("each request is the same however its bytes are cut") {
    for (const auto& row : rows) {
        CAPTURE(row.name);
        for (const std::size_t size : {1, 2, 3, 7, 64})
            CHECK(read(row.bytes, size) == read(row.bytes, std::string::npos));
    }
}

TEST_CASE("however the bytes are cut, the requests and refusals are the same") {
    std::string all; // everything good, pipelined, then each bad one
    for (const auto& row : rows)
        if (row.status == 0) all += row.bytes;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto bytes = all + row.bytes;
        const auto whole = read(bytes, std::string::npos);
        for (const std::size_t size : {1, 2, 3, 7, 64})
            CHECK(read(bytes, size) == whole);
    }
}

TEST_CASE("every split point of a chunked conversation gives the same requests") {
    const std::string bytes = post + "Transfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n1\r\nd\r\n0\r\nT: t\r\n\r\n" +
                              head + "\r\n" + post + "Content-Length: 2\r\nConnection: close\r\n\r\nhi";
    const auto whole = read(bytes, std::string::npos);
    REQUIRE(whole.requests.size() == 3);
    CHECK(whole.requests[0] == "POST /\nHost=x\nTransfer-Encoding=chunked\nkeep 1.1\nabcd");
    CHECK(whole.requests[1] == "GET /\nHost=x\nkeep 1.1\n");
    CHECK(whole.requests[2] == "POST /\nHost=x\nContent-Length=2\nConnection=close\nclose 1.1\nhi");
    for (std::size_t at = 1; at < bytes.size(); ++at) {
        RequestParser parser(1024, 64);
        std::vector<std::string> got;
        for (auto piece : {std::string_view(bytes).substr(0, at), std::string_view(bytes).substr(at)})
            while (!piece.empty())
                if (parser.feed(piece) == Step::request) got.push_back(text(parser.take()));
        CHECK(got == whole.requests);
    }
}

TEST_CASE("a client that expects 100 is told of once, when the head is complete") {
    RequestParser parser(1024, 64);
    const auto bytes = post + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n";
    std::string_view piece = bytes;
    CHECK(parser.feed(piece) == Step::expects);
    CHECK(piece.empty());
    piece = "abc";
    CHECK(parser.feed(piece) == Step::request);
    CHECK(parser.take().message.body == "abc");
}

TEST_CASE("HTTP/1.0 is kept alive only when it asks") {
    CHECK(read("GET / HTTP/1.0\r\n\r\n", 99).requests[0].find("close 1.0") != std::string::npos);
    CHECK(read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 99).requests[0].find("keep 1.0") !=
          std::string::npos);
    CHECK(read("GET / HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n", 99).requests[0].find("close 1.1") !=
          std::string::npos);
}
