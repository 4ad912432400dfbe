#pragma once

#include <layer_cake/type/messages.hpp>
#include <map>
#include <string>
#include <string_view>

/// HTTP as messages, with the predecessor's names and members: what is no declared type travels in these.
namespace layer_cake::net {

/// A request that is none of the messages a service has named.
struct RequestMessage {
    std::string method = "POST";
    std::string request_uri = "/"; ///< as sent: path and query
    std::string http = "HTTP/1.1";
    std::map<std::string, std::string> header; ///< names are written `Content-Type`; of several alike the values are
                                               ///< joined by commas
    type::Block body;
};
LAYER_CAKE_DESCRIBE_AS(RequestMessage, "layer_cake.http.HttpRequest", method, request_uri, http, header, body)

/// An answer as it is to be sent, or as it was received.
struct ResponseMessage {
    std::string http = "HTTP/1.1";
    std::int64_t status_code = 200;
    std::string reason_phrase = "OK"; ///< when sent: that of the code, if this is still `OK`
    std::map<std::string, std::string> header;
    type::Block body;
};
LAYER_CAKE_DESCRIBE_AS(ResponseMessage, "layer_cake.http.HttpResponse", http, status_code, reason_phrase, header, body)

/// Begins an answer in parts: its head is sent at once, each StreamPart as it comes, and StreamEnd ends it.
///
///     const auto client = self.return_address();
///     self.reply(lc::HttpStream{.header = {{"Content-Type", "text/event-stream"}}});
///     ...
///     self.send(lc::HttpPart{lc::text_body("data: 1\n\n")}, client);
///     self.send(lc::HttpEnd{}, client);
///
/// Anything else than these two cuts the connection, so that the client sees an answer that is not whole.
struct StreamHead {
    std::int64_t status_code = 200;
    std::map<std::string, std::string> header;
};
LAYER_CAKE_DESCRIBE_AS(StreamHead, "layer_cake.http.HttpStream", status_code, header)

/// What is asked is answered with Ack once most of it has been sent, or with Faulted when the client has gone: so
/// `self.ask(part, client, 5s)` goes no faster than the client reads. Of parts that are only sent 1 MiB may be on its
/// way; then the client is let go.
struct StreamPart {
    type::Block body;
};
LAYER_CAKE_DESCRIBE_AS(StreamPart, "layer_cake.http.HttpPart", body)

struct StreamEnd {};
LAYER_CAKE_DESCRIBE_AS(StreamEnd, "layer_cake.http.HttpEnd")

/// A body as text, and text as a body.
inline std::string_view body_text(const type::Block& body) {
    return {reinterpret_cast<const char*>(body.data()), body.size()};
}
inline type::Block text_body(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
    return {bytes, bytes + text.size()};
}

/// `self.reply(lc::http_response(200, "text/html", page))`
ResponseMessage http_response(int status, std::string_view content_type, std::string_view body);

} // namespace layer_cake::net

// clang-format off
#define LAYER_CAKE_HTTP_MESSAGES(X)                                                                                    \
    X(layer_cake::net::RequestMessage) X(layer_cake::net::ResponseMessage) X(layer_cake::net::StreamHead)              \
    X(layer_cake::net::StreamPart) X(layer_cake::net::StreamEnd)
LAYER_CAKE_HTTP_MESSAGES(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on
