#pragma once

#include <cstdint>
#include <layer_cake/net/answer.hpp>
#include <layer_cake/net/request_view.hpp>
#include <memory>
#include <string>

namespace layer_cake::net {

/// What goes through the connections of one server.
struct Traffic {
    std::uint64_t accepted = 0;
    std::uint64_t connections = 0; ///< open now
    std::uint64_t received = 0, sent = 0;
};

/// Takes the requests that a server's connections have read. Called from the loop.
class RequestSink {
public:
    virtual ~RequestSink() = default;

    virtual std::shared_ptr<Reply> make_reply() = 0;
    /// A request, and the reply that is owed for it, now or later. May destroy the server.
    virtual void take(const RequestView& request, const std::shared_ptr<Reply>& reply) = 0;
    /// Appends the answer to what is no proper request; the connection closes after it.
    virtual void refuse(std::string& out, Reply& reply, int status, std::string_view reason, std::string_view date) = 0;
    /// The client has gone before the reply was whole.
    virtual void lost(Reply& reply) = 0;

    Traffic traffic;
};

} // namespace layer_cake::net
