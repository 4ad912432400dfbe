#pragma once

#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/response_parser.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::net {

/// Where a server is, looked up once for many connections.
struct ServerPlace {
    Endpoint endpoint;
    std::vector<SocketAddress> addresses; ///< tried in order
    Fd folder;                            ///< open while the address of a unix socket goes through it
};

/// Asks the system's resolver for a name, which may block. Fails with `missing` for an unknown host or folder.
Result<ServerPlace> find_server(Endpoint endpoint);

/// A client's connection that is kept for one request after another.
///
/// It connects when something is asked and no connection stands. The connection is let go when an answer ends it, when
/// the server closes it, and when an answer is not whole. All calls and callbacks are on the loop's thread; nothing is
/// copied for an answer that is thrown away. There is no timer: whoever waits too long calls `close`.
class HttpChannel {
public:
    struct Rules {
        bool keep = true;                 ///< false: a new connection for each request
        bool headers = true;              ///< of answers are kept
        std::size_t body_bytes = 1 << 20; ///< kept of an answer's body; the rest is counted and thrown away
        bool whole = false;               ///< instead, an answer with a larger body is none: `invalid`
    };

    /// How the request is treated.
    struct Manner {
        bool to_head = false;    ///< HEAD: no body comes, whatever the head promises
        bool repeatable = false; ///< may be sent once more when a kept connection is closed before a byte of the
                                 ///< answer: the server was just letting it go. What was not taken at all always is
    };

    class User {
    public:
        virtual ~User() = default;
        /// The request is over, or the connecting. With success its answer is in `channel.response()`, for the time of
        /// the call. Fails with `not_running` (nothing listens), `system` (cannot connect), `disconnected` (closed or
        /// reset before the answer was whole), `invalid` (no HTTP). May ask again, close or destroy the channel. Never
        /// called from within `ask`.
        virtual void answered(HttpChannel& channel, Result<void> result) = 0;
        /// More of the answer has come, and it is not whole yet. Who takes it in parts clears `response().body`. May
        /// pause or close the channel, and ask again then.
        virtual void came(HttpChannel&) {}
    };

    /// @param server, user  as long as the channel
    HttpChannel(Loop& loop, const ServerPlace& server, Rules rules, User& user);
    HttpChannel(const HttpChannel&) = delete;
    HttpChannel& operator=(const HttpChannel&) = delete;

    /// Connects, where no connection stands, and asks nothing yet.
    void open();
    /// Sends a request, as it goes over the wire (request_text() makes it). None may be under way.
    void ask(std::string_view request, Manner manner);
    /// Closes the connection; a request under way is forgotten, silently.
    void close();

    /// Reads no more of the answer for a while.
    void pause();
    void resume();

    bool asking() const { return asking_; }
    bool headed() const { return parser_.headed(); } ///< status and headers have come
    HttpResponse& response() { return parser_.response(); }
    std::size_t body_size() const { return parser_.body_size(); }
    std::size_t connections() const { return connections_; } ///< made so far

private:
    void connect();
    void connected();
    void go_on();
    void on_ready(int events);
    void flush();
    void receive();
    void acknowledge();
    void lost(bool reset);
    void finish(Result<void> result);
    void later(std::function<void()> task); ///< unless the request is over by then
    void drop();
    void watch(int events);

    Loop& loop_;
    const ServerPlace& server_;
    Rules rules_;
    User& user_;
    ResponseParser parser_{false};
    Fd fd_;
    std::optional<Poll> poll_;
    std::optional<Timer> retry_;           ///< a unix listener's queue was full
    std::shared_ptr<HttpChannel*> myself_; ///< for what is deferred
    std::string request_;
    std::size_t sent_ = 0; ///< of request_
    std::size_t next_ = 0; ///< address to try
    std::size_t connections_ = 0;
    std::size_t asked_ = 0; ///< tells a deferred call that its request is over
    Manner manner_;
    int watched_ = 0;
    bool asking_ = false, connecting_ = false;
    bool opening_ = false; ///< asking for no more than the connection
    bool used_ = false;    ///< the connection has carried an answer
    bool taken_ = false;   ///< of the request a byte was
    bool paused_ = false;
};

} // namespace layer_cake::net
