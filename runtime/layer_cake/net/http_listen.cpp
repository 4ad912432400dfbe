#include <fmt/format.h>
#include <layer_cake/net/connection.hpp>
#include <layer_cake/net/http_listen.hpp>
#include <layer_cake/net/http_port.hpp>
#include <layer_cake/net/server_core.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/object/shard.hpp>

namespace layer_cake::net {
namespace {

using type::Faulted;

/// The controller of a listener: a child of its object, which waits for it.
struct HttpListener {
    using accepts = object::accepts<type::Stop, type::Enquiry, type::T1>;

    std::shared_ptr<ServerCore> core;
    std::shared_ptr<HttpPort> port;
    Duration drain_time;

    HttpListener(std::shared_ptr<ServerCore> core, std::shared_ptr<HttpPort> port, Duration drain_time)
        : core(std::move(core)), port(std::move(port)), drain_time(drain_time) {}
    HttpListener(HttpListener&&) = default;
    HttpListener& operator=(HttpListener&&) = delete;
    ~HttpListener() {
        if (core) core->shut();
    }

    void on(object::Object& self, type::Stop) {
        core->on_empty([&self] { self.send(type::T1{}, self.address()); });
        core->stop_accepting();
        if (core->empty()) return self.complete();
        self.start<type::T1>(drain_time);
    }
    void on(object::Object& self, type::T1) { self.complete(); }
    HttpFigures on(object::Object&, type::Enquiry) { return port->figures(); }
};

ListenForStream request_of(const type::HostPort& address, const HttpService& service) {
    ListenForStream request;
    request.lid = type::Uuid::make();
    request.requested_ipp = address;
    for (const auto& route : service.routes)
        request.http_server.push_back({route.message->signature()});
    request.default_to_request = service.takes_requests;
    return request;
}

NotListening refusal(ListenForStream request, const Endpoint& endpoint, std::string why) {
    NotListening refused;
    refused.request = std::move(request);
    refused.condition = fmt::format("cannot listen at \"{}\"", endpoint_text(endpoint));
    const auto prefix = fmt::format("cannot listen at {}: ", endpoint_text(endpoint));
    if (why.starts_with(prefix)) why.erase(0, prefix.size());
    refused.explanation = std::move(why);
    refused.exit_status = 1;
    return refused;
}

HttpServer::Limits limits_of(const HttpOptions& options, const Endpoint& endpoint) {
    HttpServer::Limits limits;
    limits.header_bytes = options.header_bytes;
    limits.body_bytes = options.body_bytes;
    limits.connections = options.connections;
    limits.header_time = options.header_time;
    limits.body_time = options.body_time;
    limits.idle_time = options.idle_time;
    limits.hosts = options.hosts;
    if (!is_loopback(endpoint)) limits.hosts.emplace_back("*");
    return limits;
}

} // namespace

HttpListening::HttpListening(Listening listening, std::shared_ptr<const HttpPort> port)
    : Outcome(std::move(listening)), port_(std::move(port)) {}

HttpFigures HttpListening::figures() const {
    return port_ ? port_->figures() : HttpFigures{};
}

HttpListening listen(object::Object& self, const type::HostPort& address, const HttpService& service,
                     const HttpOptions& options) {
    auto request = request_of(address, service);
    Endpoint endpoint;
    endpoint.host = address.host.value_or("127.0.0.1");
    const auto port = address.port.value_or(0);
    endpoint.port = static_cast<std::uint16_t>(port);
    endpoint.shared = options.shared_port;
    if (port < 0 || port > 65535) return refusal(std::move(request), endpoint, "port must be 0-65535");
    auto routes = RouteTable::make(service);
    if (!routes) return refusal(std::move(request), endpoint, routes.error().detail);
    auto sink = std::make_shared<HttpPort>(self, std::move(*routes), options);
    auto core =
        std::make_shared<ServerCore>(self.shard().loop(), endpoint, limits_of(options, endpoint), sink, &self.shard());
    if (auto opened = core->open(); !opened) return refusal(std::move(request), endpoint, opened.error().detail);
    Listening listening;
    listening.request = std::move(request);
    listening.listening_ipp = {endpoint.host, core->port()};
    listening.controller_address =
        self.attach(object::make_machine<HttpListener>(std::move(core), sink, options.drain_time));
    return {std::move(listening), std::move(sink)};
}

} // namespace layer_cake::net
