#pragma once

#include <layer_cake/net/http.hpp>
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

    /// Reads on. The body grows in `response().body`; whoever reads it in parts takes and clears it.
    /// Fails with `invalid` when this is no HTTP answer, or its head is larger than 64 KiB.
    Result<void> feed(std::string_view bytes);
    /// The far side has closed. Fails with `disconnected` when the answer is not whole.
    Result<void> finish();

    bool headed() const { return headed_; }
    bool complete() const { return complete_; }
    HttpResponse& response() { return response_; }

private:
    void init();
    static const llhttp_settings_t& settings();
    bool grow_head(std::size_t size) { return (head_size_ += size) <= (64u << 10); }

    llhttp_t parser_{};
    HttpResponse response_;
    std::size_t head_size_ = 0;
    bool to_head_, headed_ = false, complete_ = false, value_begun_ = true;
};

} // namespace layer_cake::net
