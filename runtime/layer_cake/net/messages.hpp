#pragma once

#include <layer_cake/type/messages.hpp>
#include <layer_cake/type/moments.hpp>
#include <layer_cake/type/uuid.hpp>

/// What an object hears of its listening ports and connections, with the predecessor's names and members.
namespace layer_cake::net {

/// How a connection came to its end.
enum class EndOfTransport {
    ON_REQUEST = 1,      ///< this side closed it
    ABANDONED_BY_REMOTE, ///< the far side closed it
    WENT_STALE,          ///< the far side was silent for too long
    OUTBOUND_STREAMING,  ///< a message could not be written
    INBOUND_STREAMING    ///< the far side broke a rule, or the connection
};
LAYER_CAKE_DESCRIBE_ENUM_AS(EndOfTransport, "layer_cake.listen_connect.EndOfTransport", ON_REQUEST, ABANDONED_BY_REMOTE,
                            WENT_STALE, OUTBOUND_STREAMING, INBOUND_STREAMING)

/// What was asked of listen().
struct ListenForStream {
    std::optional<type::Uuid> lid;
    type::HostPort requested_ipp;
    bool encrypted = false;
    std::vector<type::TypeName> http_server; ///< the messages that requests become; none: a session
    std::string uri_form;                    ///< of a resource service; empty: none
    bool default_to_request = true;
};
LAYER_CAKE_DESCRIBE_AS(ListenForStream, "layer_cake.listen_connect.ListenForStream", lid, requested_ipp, encrypted,
                       http_server, uri_form, default_to_request)

/// It listens: `listening_ipp` has the port that was free when none was named.
struct Listening {
    ListenForStream request;
    type::HostPort listening_ipp;
    type::Address controller_address; ///< takes Stop, which ends the listening and closes what was accepted
};
LAYER_CAKE_DESCRIBE_AS(Listening, "layer_cake.listen_connect.Listening", request, listening_ipp, controller_address)

/// `cannot listen at "127.0.0.1:5090" (address already in use)`
struct NotListening : type::Faulted {
    ListenForStream request;
};
LAYER_CAKE_DESCRIBE_AS(NotListening, "layer_cake.listen_connect.NotListening", request, LAYER_CAKE_FAULT_MEMBERS)

/// Somebody has connected.
struct Accepted {
    Listening listening;
    type::HostPort opened_ipp; ///< the far side's
    type::Address proxy_address;
    std::optional<WallTime> opened_at;
};
LAYER_CAKE_DESCRIBE_AS(Accepted, "layer_cake.listen_connect.Accepted", listening, opened_ipp, proxy_address, opened_at)

/// What was asked of connect().
struct ConnectStream {
    type::HostPort requested_ipp;
    bool encrypted = false;
    bool keep_alive = false;
    std::string http_client; ///< the prefix of a client's requests; empty: a session
    bool layer_cake_json = false;
};
LAYER_CAKE_DESCRIBE_AS(ConnectStream, "layer_cake.listen_connect.ConnectStream", requested_ipp, encrypted, keep_alive,
                       http_client, layer_cake_json)

struct Connected {
    ConnectStream request;
    type::HostPort opened_ipp;
    type::Address proxy_address; ///< stands for the object at the far end that listens
    std::optional<WallTime> opened_at;
};
LAYER_CAKE_DESCRIBE_AS(Connected, "layer_cake.listen_connect.Connected", request, opened_ipp, proxy_address, opened_at)

struct NotConnected : type::Faulted {
    ConnectStream request;
};
LAYER_CAKE_DESCRIBE_AS(NotConnected, "layer_cake.listen_connect.NotConnected", request, LAYER_CAKE_FAULT_MEMBERS)

/// Sent to a proxy: closes its connection, after what was sent before. `message` comes back in Closed.
struct Close {
    type::Any message{};
    EndOfTransport reason = EndOfTransport::ON_REQUEST;
    std::string note{};
    std::optional<std::int64_t> error_code{};
};
LAYER_CAKE_DESCRIBE_AS(Close, "layer_cake.listen_connect.Close", message, reason, note, error_code)

/// A connection is no more. The last that is heard of it.
struct Closed {
    type::Any message{};
    EndOfTransport reason = EndOfTransport::ON_REQUEST;
    std::string note{};
    std::optional<std::int64_t> error_code{};
    type::HostPort opened_ipp{};
    std::optional<WallTime> opened_at{};
};
LAYER_CAKE_DESCRIBE_AS(Closed, "layer_cake.listen_connect.Closed", message, reason, note, error_code, opened_ipp,
                       opened_at)

} // namespace layer_cake::net

// clang-format off
#define LAYER_CAKE_NET_MESSAGES(X)                                                                                     \
    X(layer_cake::net::EndOfTransport) X(layer_cake::net::ListenForStream) X(layer_cake::net::Listening)               \
    X(layer_cake::net::NotListening) X(layer_cake::net::Accepted) X(layer_cake::net::ConnectStream)                    \
    X(layer_cake::net::Connected) X(layer_cake::net::NotConnected) X(layer_cake::net::Close)                           \
    X(layer_cake::net::Closed)
LAYER_CAKE_NET_MESSAGES(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on
