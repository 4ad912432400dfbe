#pragma once

#include <layer_cake/net/head_scan.hpp>
#include <layer_cake/net/http.hpp>
#include <layer_cake/net/request_view.hpp>
#include <llhttp.h>
#include <string>
#include <string_view>

namespace layer_cake::net {

struct ParsedRequest {
    HttpRequest message;
    bool keep_alive = true;     ///< the client expects further answers on this connection
    bool old_client = false;    ///< HTTP/1.0
    bool python_client = false; ///< see RequestView
};

/// Bytes in, requests out; no sockets, no time. However the bytes are cut, the requests are the same. A request of the
/// usual form that is there as a whole is read in place (quick_request.hpp), any other by llhttp.
///
/// A request that breaks a rule is refused with the status to answer with;
/// nothing after it can be read, the connection has to be closed.
class RequestParser {
public:
    enum class Step {
        more,    ///< all bytes are used
        expects, ///< the client waits for `100 Continue` before it sends the body
        request, ///< look at it or `take` it, then feed the rest
        refused, ///< for good
    };

    RequestParser(std::size_t header_bytes, std::size_t body_bytes);
    RequestParser(const RequestParser&) = delete; // llhttp points back here
    RequestParser& operator=(const RequestParser&) = delete;

    /// Uses up a prefix of `bytes` and says why it stopped.
    Step feed(std::string_view& bytes);
    /// The request read last, until `next`; it may view the bytes that were fed.
    const RequestView& view();
    void next();
    ParsedRequest take(); ///< a copy of it, and `next`

    bool begun() const { return in_body_ || scan_.begun(); } ///< between the first byte of a request and its last
    bool in_body() const { return in_body_; }
    int status() const { return status_; } ///< when refused: 4xx or 5xx
    const std::string& reason() const { return reason_; }

private:
    static const llhttp_settings_t& settings();

    Step feed_head(std::string_view& bytes);
    Step feed_body(std::string_view& bytes);
    Step refuse(int status, std::string reason);
    Step refuse_by_llhttp(llhttp_errno_t error);
    bool check_head();
    bool check_host();
    bool check_length();
    bool check_target();
    bool expects_continue() const;
    bool add_body(const char* at, std::size_t size);
    bool check_chunk_lines(const char* end);
    bool check_trailer();

    llhttp_t parser_{};
    HeadScan scan_;
    std::string head_;    ///< bytes of a head that came in pieces
    std::string trailer_; ///< the name of the one in hand
    ParsedRequest request_;
    RequestView view_;
    std::vector<HeaderView> headers_;
    std::size_t header_bytes_, body_bytes_;
    const char* lines_from_ = nullptr; ///< where bytes that are not content begin, in what is being fed
    std::size_t lines_size_ = 0;       ///< of them since the last content
    char last_ = 0;                    ///< the byte before `lines_from_`
    bool headed_ = false, complete_ = false, in_body_ = false;
    bool quick_ = false;      ///< `view_` is the request
    bool value_begun_ = true; ///< the next name's bytes belong to a new header
    int status_ = 0;
    std::string reason_;
};

} // namespace layer_cake::net
