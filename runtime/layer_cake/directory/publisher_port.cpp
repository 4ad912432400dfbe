#include <layer_cake/directory/publisher_port.hpp>
#include <layer_cake/net/listen.hpp>

namespace layer_cake::directory {

using object::Object;
using type::Address;

PublisherPort::PublisherPort(Published published, Address publisher)
    : published_(std::move(published)), publisher_(std::move(publisher)) {}

void PublisherPort::on(Object& self, type::Start) {
    // Hosts of the network reach what is published to them; nobody else reaches anything from outside.
    const bool is_wide = goes_above(published_.scope, Scope::HOST);
    const auto listen_at = [&](const char* host) {
        return net::listen(self, {host, 0}, {.encrypted = published_.encrypted});
    };
    auto listening = listen_at(is_wide ? "::" : "127.0.0.1");
    if (!listening && is_wide) listening = listen_at("0.0.0.0"); // without IPv6
    PortIsOpen told{published_.published_id, {}, {}};
    if (listening)
        told.listening_ipp = {is_wide ? "0.0.0.0" : "127.0.0.1", listening->listening_ipp.port};
    else
        told.problem = listening.fault() ? listening.fault()->explanation : "cannot listen";
    self.send(std::move(told), self.parent());
}

void PublisherPort::on(Object& self, type::Stop) {
    for (const auto& [key, session] : sessions_)
        drop(self, session);
    sessions_.clear();
    self.complete(type::Aborted{});
}

void PublisherPort::on(Object& self, const OwnerEnded&) {
    sessions_.clear();
    self.complete();
}

void PublisherPort::on(Object& self, const net::Closed&) {
    const auto proxy = self.return_address().id();
    for (auto at = sessions_.lower_bound(Key{proxy, {}, {}}); at != sessions_.end() && std::get<0>(at->first) == proxy;
         at = sessions_.erase(at))
        drop(self, at->second);
}

void PublisherPort::on(Object& self, const OpenLoop& open) {
    const auto& from = self.return_address();
    if (from.is_local()) return;
    if (open.published_id != published_.published_id || sessions_.size() == most_sessions)
        return self.send(net::Close{{}, net::EndOfTransport::ON_REQUEST, "not published here", {}}, Address(from.id()));
    self.reply(LoopOpened{publisher_});
    Delivered session{published_.name,
                      open.scope,
                      open.route_id,
                      open.subscribed_id,
                      open.published_id,
                      open.subscriber_address,
                      std::chrono::system_clock::now()};
    const auto [at, is_new] =
        sessions_.try_emplace(Key{from.id(), open.subscriber_address, open.subscribed_id}, std::move(session));
    if (is_new) self.send(Delivered(at->second), publisher_, open.subscriber_address);
}

void PublisherPort::on(Object& self, const CloseLoop& close) {
    const auto& from = self.return_address();
    if (from.is_local()) return;
    self.reply(LoopClosed{publisher_});
    const auto session = sessions_.find(Key{from.id(), close.subscriber_address, close.subscribed_id});
    if (session == sessions_.end()) return;
    drop(self, session->second);
    sessions_.erase(session);
}

void PublisherPort::drop(Object& self, const Delivered& session) {
    self.send(Dropped{session.name, session.scope, session.route_id, session.subscribed_id, session.published_id,
                      session.subscriber_address, session.opened_at},
              publisher_, session.subscriber_address);
}

} // namespace layer_cake::directory
