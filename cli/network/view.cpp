#include <cli/network/view.hpp>
#include <fmt/format.h>
#include <layer_cake/net/messages.hpp>

namespace layer_cake::cli::network {

std::string address_text(const type::HostPort& address) {
    if (!address.host) return "(not set)";
    if (address.host->find('/') != std::string::npos) return *address.host;
    const bool is_six = address.host->find(':') != std::string::npos;
    return fmt::format("{}:{}", is_six ? '[' + *address.host + ']' : *address.host, address.port.value_or(0));
}

std::string id_text(const type::Uuid& id, bool full) {
    auto text = type::format_uuid(id);
    if (!full) text.resize(8);
    return text;
}

std::vector<Session> sessions_of(const directory::DirectoryPeer& peer) {
    std::vector<Session> sessions;
    for (const auto& one : peer.session) {
        Session session;
        session.name = one.name;
        if (const auto* over_loop = one.route.get<directory::RouteOverLoop>()) {
            session.scope = over_loop->scope;
            session.published_id = over_loop->published_id;
            session.remote = over_loop->ipp;
        } else if (const auto* local = one.route.get<directory::RouteToAddress>()) {
            session.scope = local->scope;
            session.published_id = local->published_id;
            session.is_open = true;
        }
        if (const auto* connected = one.status.get<net::Connected>()) {
            session.is_open = true;
            if (connected->opened_ipp != connected->request.requested_ipp) session.local = connected->opened_ipp;
        }
        sessions.push_back(std::move(session));
    }
    return sessions;
}

} // namespace layer_cake::cli::network
