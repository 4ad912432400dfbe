#include <cli/network/view.hpp>

namespace layer_cake::cli::network {
namespace {

using codec::Array;
using codec::Object;
using codec::Value;

Value address(const type::HostPort& address) {
    return address.host ? Value(address_text(address)) : Value();
}
Value address(const std::optional<type::HostPort>& known) {
    return known ? address(*known) : Value();
}
Value id(const type::Uuid& id) {
    return type::format_uuid(id);
}
Value scope(directory::Scope scope) {
    return directory::scope_name(scope);
}

Value published(const directory::Published& one) {
    return Object{{"name", one.name},
                  {"scope", scope(one.scope)},
                  {"id", id(one.published_id)},
                  {"encrypted", one.encrypted},
                  {"address", address(one.listening_ipp)}};
}

Value connected(const directory::DirectoryPeer& peer, const Session& session) {
    return Object{{"name", session.name},
                  {"scope", session.scope ? scope(*session.scope) : Value()},
                  {"search", peer.search},
                  {"subscribed_id", id(peer.subscribed_id)},
                  {"published_id", id(session.published_id)},
                  {"open", session.is_open},
                  {"local", address(session.local)},
                  {"remote", address(session.remote)}};
}

} // namespace

codec::Value to_json(const directory::Surveyed& top) {
    const auto& listing = top.listing;
    Array names, searches, routes, sessions, below, silent;
    for (const auto& one : listing.published)
        names.push_back(published(one));
    for (const auto& one : listing.subscribed)
        searches.push_back(Object{{"search", one.search}, {"scope", scope(one.scope)}, {"id", id(one.subscribed_id)}});
    for (const auto& one : listing.routed)
        routes.push_back(Object{
            {"name", one.name}, {"subscribed_id", id(one.subscribed_id)}, {"published_id", id(one.published_id)}});
    for (const auto& [subscribed, peer] : listing.peer)
        for (const auto& session : sessions_of(peer))
            sessions.push_back(connected(peer, session));
    for (const auto& one : top.below)
        below.push_back(to_json(one));
    for (const auto& one : top.silent)
        silent.emplace_back(address_text(one));
    const bool knows_ip = !listing.primary_ip.empty() && listing.primary_ip.front() != '(';
    return Object{{"scope", scope(listing.scope)},
                  {"executable", listing.executable},
                  {"id", id(listing.unique_id)},
                  {"ip", knows_ip ? Value(listing.primary_ip) : Value()},
                  {"connects_to", address(listing.connect_to_directory)},
                  {"listens_at", address(listing.accept_directories_at)},
                  {"published", std::move(names)},
                  {"subscribed", std::move(searches)},
                  {"routed", std::move(routes)},
                  {"connected", std::move(sessions)},
                  {"below", std::move(below)},
                  {"silent", std::move(silent)},
                  {"whole", listing.rest.empty()}};
}

} // namespace layer_cake::cli::network
