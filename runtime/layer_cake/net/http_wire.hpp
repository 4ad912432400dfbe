#pragma once

#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/response_parser.hpp>
#include <optional>
#include <string>
#include <vector>

namespace layer_cake::net {

/// A client's connection to one server, one request at a time, used again while the server keeps it.
class HttpWire {
public:
    /// Called from the loop. They may call send() and close(), and must not destroy the wire.
    struct Events {
        std::function<void()> connected;
        std::function<void(HttpResponse response)> answered;
        /// No answer will come. `untouched`: the connection was an older one, and nothing had come back on it.
        std::function<void(Error why, bool untouched)> broken;
    };

    HttpWire(Loop& loop, Endpoint endpoint, std::vector<SocketAddress> addresses, std::size_t body_bytes,
             Events events);

    /// Connects; nothing when it is connected already.
    void connect();
    /// Connects where needed, and sends a request. Not while another is unanswered.
    void send(std::string text, bool to_head);
    void close(); ///< silently; whatever was unanswered stays so

    bool is_connected() const { return connected_; }

private:
    void connect_next();
    void on_connecting();
    void on_connected();
    void on_ready(int events);
    void watch();
    void send_some();
    void receive();
    void fail_with(Error error);

    Loop& loop_;
    Endpoint endpoint_;
    std::vector<SocketAddress> addresses_;
    std::size_t body_bytes_;
    Events events_;
    std::size_t next_ = 0; ///< address to try
    Fd fd_;
    std::optional<Poll> poll_;
    std::optional<ResponseParser> parser_; ///< of the answer that is waited for
    std::string out_;
    std::size_t sent_ = 0;
    bool connected_ = false, under_way_ = false;
    bool used_ = false;     ///< an answer has come on this connection before
    bool received_ = false; ///< of the present one
};

} // namespace layer_cake::net
