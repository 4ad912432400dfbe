#pragma once

#include <ctime>
#include <layer_cake/net/http.hpp>
#include <optional>
#include <string>
#include <string_view>

/// The written form of HTTP messages.
namespace layer_cake::net {

/// Names of headers, hosts and codings compare without regard to case.
bool same_word(std::string_view a, std::string_view b);

const std::string* find_header(const Headers& headers, std::string_view name);

/// Whether a comma-separated header value holds `word`.
bool lists(std::string_view value, std::string_view word);

/// A token of RFC 9110: what methods and header names are made of.
bool is_token(std::string_view text);
bool is_token_byte(unsigned char byte);

/// The host and port of a target in absolute form (`http://host:80/path`); nothing for `/path`.
std::optional<std::string_view> target_authority(std::string_view target);

/// The path and query of a target, an absolute one's scheme and host removed.
std::string_view local_part(std::string_view target);

/// `Not Found`; empty for a status without a registered phrase.
std::string_view status_phrase(int status);
/// Clients of the Python library wait for ever behind an answer with a longer one.
inline constexpr std::size_t short_phrase = 16;

/// `Mon, 23 Nov 2026 11:01:02 GMT`
std::string http_date(std::time_t time);

/// How the body of an answer is delimited.
enum class Framing {
    length,  ///< Content-Length
    chunked, ///< Transfer-Encoding
    close,   ///< by the end of the connection (HTTP/1.0)
    none,    ///< the status admits no body
};

struct ResponseHead {
    int status = 200;
    const Headers* headers = nullptr;
    Framing framing = Framing::length;
    std::size_t length = 0;
    bool keep_alive = true;
    bool old_client = false;    ///< HTTP/1.0: keeping alive must be said
    bool python_client = false; ///< its phrase is cut
    std::string_view date;
};

/// Appends status line and headers with the empty line. Framing headers come from here alone: those given are left
/// out, as are headers whose name is no token; control characters in values become spaces, so no value can end a line.
void append_response_head(std::string& out, const ResponseHead& head);

void append_chunk(std::string& out, std::string_view part); ///< nothing for an empty part: that would end the body

/// `Content-Type` of `content-type`.
std::string usual_name(std::string_view header);

/// A whole request. Framing and connection headers come from here alone.
/// @param keep_alive  else it asks that the connection be closed after the answer
std::string request_text(const Endpoint& endpoint, const HttpRequest& request, bool keep_alive = false);

} // namespace layer_cake::net
