#include "tests/fuzz/target.hpp"
#include <algorithm>
#include <layer_cake/net/request_parser.hpp>
#include <layer_cake/net/response_parser.hpp>
#include <string>

using namespace layer_cake::net;

namespace {

constexpr std::size_t header_bytes = 512, body_bytes = 64;

std::string requests(std::string_view bytes, std::size_t size) {
    RequestParser parser(header_bytes, body_bytes);
    std::string seen;
    while (!bytes.empty()) {
        auto piece = bytes.substr(0, size);
        bytes.remove_prefix(piece.size());
        while (!piece.empty()) {
            const auto step = parser.feed(piece);
            if (step == RequestParser::Step::refused) return seen + "refused " + std::to_string(parser.status());
            if (step != RequestParser::Step::request) continue;
            const auto request = parser.take();
            require(request.message.body.size() <= body_bytes);
            require(request.old_client || request.message.header("Host"));
            seen += request.message.method + ' ' + request.message.target + '\n' + request.message.path() + '\n';
            for (const auto& pair : request.message.query())
                seen += pair.first + '=' + pair.second + '\n';
            for (const auto& header : request.message.headers) {
                require(header.second.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
                seen += header.first + ": " + header.second + '\n';
            }
            seen += request.message.body + (request.keep_alive ? "\nkeep\n" : "\nclose\n");
        }
    }
    return seen;
}

std::string response(std::string_view bytes, std::size_t size) {
    ResponseParser parser(false);
    bool good = true;
    for (; good && !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size())))
        good = parser.feed(bytes.substr(0, size)).has_value();
    if (!good || !parser.finish()) return "refused";
    return std::to_string(parser.response().status) + parser.response().body;
}

} // namespace

// However bytes are cut, requests, refusals and responses are the same; limits hold; no value holds a line's end.
FUZZ_TARGET(text) {
    const auto whole = requests(text, std::string::npos);
    require(requests(text, 1) == whole);
    require(requests(text, 7) == whole);
    require(response(text, 1) == response(text, std::string::npos));
}
