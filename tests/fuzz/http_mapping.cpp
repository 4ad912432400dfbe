#include "tests/fuzz/target.hpp"
#include <layer_cake/net/http_client_mapping.hpp>
#include <layer_cake/net/http_mapping.hpp>
#include <optional>
#include <string>

using namespace layer_cake;
using namespace layer_cake::net;

namespace fuzzed {

enum class Colour { red, green };
LAYER_CAKE_ENUM(Colour, red, green)

struct Everything {
    int number = 1;
    std::uint8_t small = 2;
    std::string text;
    std::optional<double> real;
    bool flag = false;
    Colour colour = Colour::red;
    std::vector<std::string> list;
    std::map<std::string, int> table;
    Duration span{};
    type::Block block;
};
LAYER_CAKE_MESSAGE(Everything, number, small, text, real, flag, colour, list, table, span, block)

} // namespace fuzzed

namespace {

const RouteTable& routes() {
    static const RouteTable table = *RouteTable::make(http<fuzzed::Everything>.with(
        route<fuzzed::Everything>("GET", "/a/{number}/{text}"), route<fuzzed::Everything>("PUT", "/a/{colour}")));
    return table;
}

Mapped map(std::string_view method, std::string_view target, std::string_view media, std::string_view body) {
    const HeaderView headers[] = {{"Content-Type", media}};
    RequestView request;
    request.method = method;
    request.target = target;
    request.headers = headers;
    request.body = body;
    auto mapped = map_request(routes(), request);
    const bool refused = mapped.status == 400 || mapped.status == 404 || mapped.status == 405 || mapped.status == 415;
    require(mapped.message ? mapped.status == 0 : refused && !mapped.explanation.empty());
    require((mapped.status == 405) == !mapped.allow.empty());
    return mapped;
}

/// What was read is written as a form and as JSON, and read again.
void there_and_back(const type::Any& message) {
    for (const bool json : {false, true}) {
        HttpClient client;
        client.json = json;
        auto request = request_of(message, client);
        require(request.has_value());
        const auto again = map("POST", request->target, *request->header("Content-Type"), request->body);
        require(again.message == message);
    }
}

} // namespace

// Any target and any body become a message or a refusal that says why; a message survives being sent as a request.
FUZZ_TARGET(text) {
    const auto line = text.substr(0, text.find('\n'));
    const auto body = text.substr(std::min(text.size(), line.size() + 1));
    for (const std::string_view method : {"GET", "POST", "PUT", "DELETE"})
        for (const std::string_view media : {"application/json", "application/x-www-form-urlencoded", "text/plain"})
            if (const auto mapped = map(method, line, media, body); mapped.message) there_and_back(mapped.message);
}
