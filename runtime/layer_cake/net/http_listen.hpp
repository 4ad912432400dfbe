#pragma once

#include <layer_cake/net/http_figures.hpp>
#include <layer_cake/net/http_service.hpp>
#include <layer_cake/net/messages.hpp>
#include <layer_cake/net/outcome.hpp>
#include <layer_cake/object/object.hpp>
#include <memory>

namespace layer_cake::net {

class HttpPort;

/// An object's HTTP listener, or why there is none.
///
///     auto http = lc::listen(self, settings.server_address, lc::http<Xy>);
///     if (!http) return http.fault();
class HttpListening : public Outcome<Listening, NotListening> {
public:
    HttpListening(Listening listening, std::shared_ptr<const HttpPort> port);
    HttpListening(NotListening refused) : Outcome(std::move(refused)) {} // NOLINT

    /// What it has done so far. On the thread of the object; others send Enquiry to the controller address.
    HttpFigures figures() const;

private:
    std::shared_ptr<const HttpPort> port_;
};

/// Listens for HTTP/1.1 on the thread of `self`. Requests arrive as messages; whatever is sent to the return address of
/// one - by reply(), or from wherever it was forwarded to - is its answer; the first counts. Answers leave a connection
/// in the order of its requests. layer-cake-http(7) has the rules.
///
/// The listener ends with the object, or when Stop is sent to its controller address, after the answers in flight.
/// A host that is a name is looked up, which may block.
HttpListening listen(object::Object& self, const type::HostPort& address, const HttpService& service,
                     const HttpOptions& options = {});

} // namespace layer_cake::net
