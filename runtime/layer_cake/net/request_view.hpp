#pragma once

#include <layer_cake/net/http_text.hpp>
#include <span>
#include <string_view>

namespace layer_cake::net {

struct HeaderView {
    std::string_view name, value;
};

/// A request where it was read, valid during the call it is given in.
struct RequestView {
    std::string_view method;
    std::string_view target; ///< as sent: path and query
    std::span<const HeaderView> headers;
    std::string_view body;
    bool keep_alive = true;  ///< the client expects further answers on this connection
    bool old_client = false; ///< HTTP/1.0
    bool python_client =
        false; ///< that of the Python library: it sends no Host, and reads no longer a phrase than `short_phrase`

    /// The first of that name, in any case; nothing when there is none.
    const std::string_view* header(std::string_view name) const {
        for (const auto& header : headers)
            if (same_word(header.name, name)) return &header.value;
        return nullptr;
    }
};

} // namespace layer_cake::net
