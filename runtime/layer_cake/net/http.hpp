#pragma once

#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/core/result.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// HTTP/1.1 (RFC 9112) over unix sockets and TCP, on one loop. llhttp parses, in strict mode.
namespace layer_cake::net {

/// Where to listen or connect: a unix socket's path (of any length: it is reached through its folder) or host and port.
struct Endpoint {
    std::string path; ///< unix when not empty
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; ///< 0 when listening: any free one
    bool shared = false;    ///< when listening on TCP: others that say so may listen there, too (SO_REUSEPORT)
};

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method = "GET";
    std::string target = "/"; ///< as sent: path and query
    Headers headers;
    std::string body;
    std::string client{}; ///< received over TCP: the address of who sent it, without a port

    std::string path() const;                                       ///< decoded, without the query
    std::vector<std::pair<std::string, std::string>> query() const; ///< decoded, in order
    const std::string* header(std::string_view name) const;         ///< any case
};

struct HttpResponse {
    int status = 200;
    Headers headers;
    std::string body;
    std::optional<std::uint64_t> length{}; ///< in an answer to HEAD: what GET would have; else the body's own counts
};

/// The answer to one request, to be given now or later, whole or in parts. Kept by whoever will answer; dropping it
/// unanswered answers 500; dropping it between `begin` and `end` cuts the connection, so that the client sees it is not
/// whole. Safe to use after the client or the server has gone: then it does nothing. Calls given to it are forgotten
/// when it is dropped, and never made once the server is destroyed.
class HttpAnswer {
public:
    virtual ~HttpAnswer() = default;
    virtual void send(HttpResponse response) = 0;
    /// Begins a chunked answer; then `write` any number of times, then `end`.
    virtual void begin(int status, Headers headers) = 0;
    virtual void write(std::string_view part) = 0;
    virtual void end() = 0;
    virtual bool gone() const = 0;          ///< nothing more can be sent: the client has closed, or the answer is whole
    virtual std::size_t unsent() const = 0; ///< bytes queued; a writer of a stream should stop above 1 MiB
    virtual void on_gone(std::function<void()> call) = 0; ///< called once, from the loop, when the client closes before
                                                          ///< the answer is whole
    virtual void on_drained(std::function<void()> call) = 0; ///< called from the loop each time all has been sent
};

class HttpServer {
public:
    struct Limits {
        std::size_t header_bytes = 16 << 10;
        std::size_t body_bytes = 1 << 20;
        std::size_t connections = 1024;
        Duration header_time =
            std::chrono::seconds(10); ///< from the first byte of a request (or the accept) to its last header
        Duration body_time = std::chrono::seconds(60); ///< after that, for the whole body
        Duration idle_time =
            std::chrono::seconds(60);     ///< between requests; also without a byte of one, or of an answer
        std::vector<std::string> hosts{}; ///< further names for `Host` on TCP; `*`: any
    };
    /// What is no proper request is answered without asking: `{"error":{"fault":"invalid","detail":...}}`.
    /// Called for each request, from the loop. May destroy the server. Pipelined requests come before earlier ones are
    /// answered (32 at most); answers are sent in the order of the requests, whenever they are given.
    using Handler = std::function<void(HttpRequest request, std::shared_ptr<HttpAnswer> answer)>;

    /// Listens. Fails with `busy` when somebody listens there already.
    /// A unix socket is made with mode 0600, replacing a dead one, and admits only peers of our uid and root.
    /// On TCP a request must name this host (`Host`: localhost, 127.0.0.1, [::1] or the address listened at).
    static Result<std::unique_ptr<HttpServer>> listen(Loop& loop, const Endpoint& endpoint, Limits limits,
                                                      Handler handler);
    virtual ~HttpServer() = default; ///< Closes all connections at once; a unix socket's file is removed.
    virtual std::uint16_t port() const = 0;
    /// Other limits from now on. Connections that stand keep the sizes they began with.
    virtual void set_limits(Limits limits) = 0;
    /// Stops listening and removes a unix socket's file. Requests under way are still answered; connections close after
    /// that.
    virtual void stop_accepting() = 0;
};

/// One exchange on a connection of its own.
class HttpExchange {
public:
    struct Events {
        std::function<void(int status, const Headers& headers)> headed; ///< may be empty
        std::function<void(std::string_view part)> received;            ///< body bytes as they come
        std::function<void(Result<void>)> done;                         ///< last call; may destroy the exchange
    };
    static std::unique_ptr<HttpExchange> start(Loop& loop, const Endpoint& endpoint, HttpRequest request,
                                               Duration timeout, Events events);
    virtual ~HttpExchange() = default; ///< Abandons it, silently.
};

/// The same, waited for, on a loop of its own: for commands. `timeout` zero: none.
Result<HttpResponse> http_request(const Endpoint& endpoint, HttpRequest request, Duration timeout);

} // namespace layer_cake::net
