#include <layer_cake/net/http_figures.hpp>
#include <layer_cake/net/http_messages.hpp>
#include <layer_cake/net/http_text.hpp>

LAYER_CAKE_HTTP_MESSAGES(LAYER_CAKE_MADE_HERE)
LAYER_CAKE_MADE_HERE(layer_cake::net::HttpFigures)

namespace layer_cake::net {

ResponseMessage http_response(int status, std::string_view content_type, std::string_view body) {
    ResponseMessage response;
    response.status_code = status;
    response.reason_phrase = status_phrase(status);
    if (!content_type.empty()) response.header["Content-Type"] = content_type;
    response.body = text_body(body);
    return response;
}

void HttpFigures::count(int status, Duration time) {
    ++by_class[static_cast<std::size_t>(status / 100 - 1) % by_class.size()];
    std::size_t at = 0;
    while (at < bounds.size() && time > bounds[at])
        ++at;
    ++latency[at];
    latency_sum += time;
}

} // namespace layer_cake::net
