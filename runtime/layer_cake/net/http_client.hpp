#pragma once

#include <layer_cake/core/clock.hpp>
#include <layer_cake/net/http_messages.hpp>
#include <layer_cake/net/messages.hpp>
#include <layer_cake/net/outcome.hpp>
#include <layer_cake/object/self.hpp>
#include <string>

namespace layer_cake::net {

/// How a client makes requests of messages.
struct HttpClient {
    std::string prefix = "/"; ///< of the path of every request
    bool json = false; ///< bodies are JSON and answers become the messages they hold; else forms, and answers are
                       ///< HttpResponse
    Duration timeout = std::chrono::seconds(30); ///< for one answer, its connection included
    std::size_t queue = 256;                     ///< requests that may wait for those before them; more are Overloaded
    std::size_t body_bytes = 16 << 20;           ///< of an answer
};

/// Connects to an HTTP server. What is sent to the `proxy_address` of the result becomes a request, and its answer
/// comes back as the reply - so `ask` works. One connection is used again and again, one request at a time; it is made
/// anew when the server has closed it. layer-cake-http(7) has the rules.
///
///     auto client = lc::connect(self, {"127.0.0.1", 5050}, lc::http_client{.json = true});
///     if (!client) return client.fault();
///     auto table = self.ask<Table>(Xy{2, 2}, client->proxy_address, 2s);
///
/// The client ends with the object, or when Close is sent to the proxy, after the answers that are owed; Closed is then
/// the last that is heard of it. A host that is a name is looked up, which may block.
Outcome<Connected, NotConnected> connect(object::Self& self, const type::HostPort& address, const HttpClient& client);

/// The same for a machine, which cannot wait: Connected or NotConnected arrives as a message.
void connect(object::Object& self, const type::HostPort& address, const HttpClient& client);

} // namespace layer_cake::net
