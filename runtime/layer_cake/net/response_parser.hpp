#pragma once

#include <layer_cake/net/http.hpp>
#include <limits>
#include <llhttp.h>
#include <string_view>

namespace layer_cake::net {

/// Bytes in, one response out. Interim answers (1xx) are read over.
class ResponseParser {
public:
    /// @param to_head  the request was HEAD: headers promise a body that does not come
    explicit ResponseParser(bool to_head) : to_head_(to_head) { init(); }
    ResponseParser(const ResponseParser&) = delete; // llhttp points back here
    ResponseParser& operator=(const ResponseParser&) = delete;

    /// Makes ready for the answer to the next request on the same connection.
    void again(bool to_head);
    /// Of a body, bytes beyond so many are counted and thrown away. Without this all are kept.
    void keep_body(std::size_t most) { body_limit_ = most; }
    /// Whether the headers of answers are kept; without this they are.
    void keep_headers(bool kept) { headers_kept_ = kept; }

    /// Reads on. The body grows in `response().body`; whoever reads it in parts takes and clears it.
    /// Fails with `invalid` when this is no HTTP answer, or its head is larger than 64 KiB.
    Result<void> feed(std::string_view bytes);
    /// The far side has closed. Fails with `disconnected` when the answer is not whole.
    Result<void> finish();

    bool headed() const { return headed_; }
    bool complete() const { return complete_; }
    bool begun() const { return begun_; } ///< a byte of an answer has come
    /// Whether the connection is good for another request, once complete.
    bool keep_alive() const { return keep_alive_ && !more_; }
    std::size_t body_size() const { return body_size_; } ///< bytes of the body that came, kept or not
    bool has_length() const { return has_length_; }      ///< when headed: Content-Length says how long the body is
    HttpResponse& response() { return response_; }

private:
    void init();
    static const llhttp_settings_t& settings();
    bool grow_head(std::size_t size) { return (head_size_ += size) <= (64u << 10); }

    llhttp_t parser_{};
    HttpResponse response_;
    std::size_t head_size_ = 0, body_size_ = 0, body_limit_ = std::numeric_limits<std::size_t>::max();
    bool to_head_, headed_ = false, complete_ = false, value_begun_ = true, begun_ = false;
    bool keep_alive_ = false;
    bool more_ = false; ///< bytes came that belong to no answer
    bool headers_kept_ = true, has_length_ = false;
};

} // namespace layer_cake::net
