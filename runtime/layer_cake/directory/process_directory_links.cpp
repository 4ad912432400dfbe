#include <layer_cake/directory/peer_transport.hpp>
#include <layer_cake/directory/process_directory.hpp>

/// The sessions of the subscriptions made in this process.
namespace layer_cake::directory {

using object::Object;
using type::Address;
using type::Any;

void ProcessDirectory::on(Object& self, const RouteOverLoop& route) {
    const auto made = subscriptions_.find(route.subscribed_id);
    if (made == subscriptions_.end()) return;
    if (made->second.only_watches) return self.forward(std::move(self.message()), made->second.subscriber);
    auto& choice = made->second.choices.try_emplace(route.name, Choice{RouteChoice(random_), {}, {}}).first->second;
    act(self, made->second, route.name, choice.routes.announced(route, self.now()));
}

/// One side is in a library process: nothing is connected.
void ProcessDirectory::on(Object& self, const RouteToAddress& route) {
    const auto made = subscriptions_.find(route.subscribed_id);
    if (made == subscriptions_.end() || made->second.only_watches || !route.publisher_address) return;
    met_[route.route_id] = route.publisher_address;
    auto& choice = made->second.choices.try_emplace(route.name, Choice{RouteChoice(random_), {}, {}}).first->second;
    const RouteOverLoop near{route.route_id,     Scope::PROCESS, false, route.subscribed_id,
                             route.published_id, route.name,     {}};
    act(self, made->second, route.name, choice.routes.announced(near, self.now()));
}

void ProcessDirectory::on(Object& self, const OpenLibrary& wanted) {
    if (const auto* made = wanted.published_id ? publication(*wanted.published_id) : nullptr)
        return self.reply(PublishAs{made->listing.name, made->listing.scope, made->publisher, made->listing.encrypted});
    const auto made = wanted.subscribed_id ? subscriptions_.find(*wanted.subscribed_id) : subscriptions_.end();
    if (made == subscriptions_.end()) return;
    self.reply(SubscribeTo{made->second.listing.search, made->second.listing.scope, made->second.subscriber});
}

void ProcessDirectory::on(Object& self, const ClearSubscriberRoute& cleared) {
    const auto made = subscriptions_.find(cleared.subscribed_id);
    if (made == subscriptions_.end()) return;
    if (made->second.only_watches) return self.forward(std::move(self.message()), made->second.subscriber);
    const auto choice = made->second.choices.find(cleared.name);
    if (choice == made->second.choices.end()) return;
    std::vector<LinkId> over; // sessions without a connection that would tell
    if (met_.erase(cleared.route_id) != 0)
        for (const auto& [token, link] : choice->second.links)
            if (links_.at(link).route.route_id == cleared.route_id) over.push_back(link);
    act(self, made->second, cleared.name, choice->second.routes.cleared(cleared.route_id, self.now()));
    for (const auto link : over)
        lost(self, link);
}

void ProcessDirectory::on(Object& self, const SessionOpened& session) {
    opened(self, session.link, session.publisher_address);
}

void ProcessDirectory::on(Object& self, const SessionLost& session) {
    lost(self, session.link);
}

void ProcessDirectory::act(Object& self, Subscription& subscription, const std::string& name,
                           const RouteChoice::Effects& effects) {
    auto& choice = subscription.choices.at(name);
    for (const auto& unwanted : {effects.drop, effects.close})
        if (unwanted)
            if (const auto link = choice.links.find(*unwanted); link != choice.links.end()) close(self, link->second);
    if (effects.take) take(self, links_.at(choice.links.at(*effects.take)));
    if (effects.open) open(self, subscription, name, choice, *effects.open);
    set_due(self, subscription, name, choice);
    if (choice.routes.idle()) subscription.choices.erase(std::string(name));
}

void ProcessDirectory::open(Object& self, Subscription& subscription, const std::string& name, Choice& choice,
                            const RouteChoice::Effects::Open& wanted) {
    const auto id = ++last_link_;
    const auto here = object_at(wanted.route);
    auto& link = links_[id];
    link.subscription = subscription.listing.subscribed_id;
    link.name = name;
    link.token = wanted.token;
    link.route = wanted.route;
    choice.links[wanted.token] = id;
    if (here) return self.send(SessionOpened{id, here}, self.address());
    link.transport = transport_to(self, wanted.route);
    self.send(OpenSession{id,
                          {name, link.route.scope, link.route.route_id, link.subscription, link.route.published_id,
                           subscription.subscriber}},
              link.transport);
}

/// Of a publisher that needs no connection.
Address ProcessDirectory::object_at(const RouteOverLoop& route) {
    if (const auto* made = publication(route.published_id)) return made->publisher;
    const auto met = met_.find(route.route_id);
    return met == met_.end() ? Address() : met->second;
}

Address ProcessDirectory::transport_to(Object& self, const RouteOverLoop& route) {
    const TransportKey key{route.ipp, route.encrypted};
    auto& transport = transports_[key];
    if (transport) return transport;
    transport = self.create<PeerTransport>(route.ipp, route.encrypted);
    self.on_return(transport, [this, key, transport](Object& self, Any) {
        if (const auto there = transports_.find(key); there != transports_.end() && there->second == transport)
            transports_.erase(there);
        std::vector<LinkId> gone; // asked for when it was ending already
        for (const auto& [link, about] : links_)
            if (about.transport == transport) gone.push_back(link);
        for (const auto link : gone)
            lost(self, link);
    });
    return transport;
}

void ProcessDirectory::opened(Object& self, LinkId id, const Address& publisher) {
    const auto found = links_.find(id);
    if (found == links_.end()) return;
    auto& link = found->second;
    if (!link.transport && !object_at(link.route)) return lost(self, id);
    link.publisher = publisher;
    link.opened = std::chrono::system_clock::now();
    link.is_open = true;
    auto& subscription = subscriptions_.at(link.subscription);
    const auto name = link.name;
    act(self, subscription, name, subscription.choices.at(name).routes.opened(link.token, self.now()));
}

/// The subscriber is told, and so is a publisher of this process.
void ProcessDirectory::take(Object& self, Link& link) {
    const auto& subscriber = subscriptions_.at(link.subscription).subscriber;
    const auto& route = link.route;
    link.is_told = true;
    self.send(Available{link.name, route.scope, route.route_id, link.subscription, route.published_id, link.publisher,
                        link.opened},
              subscriber, link.publisher);
    if (!link.transport)
        self.send(Delivered{link.name, route.scope, route.route_id, link.subscription, route.published_id, subscriber,
                            link.opened},
                  link.publisher, subscriber);
}

Dropped ProcessDirectory::dropped(const Link& link, const Address& other) const {
    return {link.name, link.route.scope, link.route.route_id, link.subscription, link.route.published_id,
            other,     link.opened};
}

void ProcessDirectory::tell(Object& self, Any message, const Address& to, const Address& from) {
    if (to) self.send(std::move(message), to, from); // not to one that has ended
}

/// Of a session that is not wanted any more.
void ProcessDirectory::close(Object& self, LinkId id) {
    end(self, id, false);
}

void ProcessDirectory::end(Object& self, LinkId id, bool is_lost) {
    const auto found = links_.find(id);
    if (found == links_.end()) return;
    const auto link = std::move(found->second);
    links_.erase(found);
    auto& subscription = subscriptions_.at(link.subscription);
    subscription.choices.at(link.name).links.erase(link.token);
    if (link.transport && !is_lost) self.send(CloseSession{id}, link.transport);
    if (!link.is_told) return;
    tell(self, dropped(link, link.publisher), subscription.subscriber, link.publisher);
    if (!link.transport) tell(self, dropped(link, subscription.subscriber), link.publisher, subscription.subscriber);
}

/// It has ended, whoever ended it.
void ProcessDirectory::lost(Object& self, LinkId id) {
    const auto found = links_.find(id);
    if (found == links_.end()) return;
    const auto token = found->second.token;
    const auto name = found->second.name;
    auto& subscription = subscriptions_.at(found->second.subscription);
    const auto effects = subscription.choices.at(name).routes.lost(token, self.now());
    end(self, id, true);
    act(self, subscription, name, effects);
}

void ProcessDirectory::set_due(Object& self, const Subscription& subscription, const std::string& name,
                               Choice& choice) {
    const auto due = choice.routes.due();
    if (due == choice.due) return;
    const auto& id = subscription.listing.subscribed_id;
    if (choice.due) due_.erase({*choice.due, id, name});
    choice.due = due;
    if (due) due_.emplace(*due, id, name);
    start_timer(self);
}

void ProcessDirectory::start_timer(Object& self) {
    if (due_.empty()) return self.cancel<type::T1>();
    self.start<type::T1>(std::get<0>(*due_.begin()) - self.now());
}

void ProcessDirectory::on(Object& self, type::T1) {
    while (!due_.empty() && std::get<0>(*due_.begin()) <= self.now()) {
        const auto [due, id, name] = *due_.begin();
        due_.erase(due_.begin());
        auto& subscription = subscriptions_.at(id);
        auto& choice = subscription.choices.at(name);
        choice.due.reset();
        act(self, subscription, name, choice.routes.tick(self.now()));
    }
    start_timer(self);
}

namespace {

PeerSession session_of(const std::string& name, const RouteChoice& routes) {
    const auto& route = *routes.route();
    PeerSession session{name, RouteOverLoop(route), {}};
    if (!route.ipp.host) // by addresses
        session.route =
            RouteToAddress{route.route_id, route.scope, route.subscribed_id, route.published_id, {}, {}, name, {}};
    if (!routes.active()) {
        session.status = type::ToBeConfirmed{{"no active route or loop not closed", {}, {}, {}}};
        return session;
    }
    net::Connected connected;
    connected.request.requested_ipp = connected.opened_ipp = route.ipp;
    connected.request.encrypted = route.encrypted;
    session.status = std::move(connected);
    return session;
}

} // namespace

Peers ProcessDirectory::on(Object&, AskPeers& asked) {
    constexpr std::size_t session_bytes = 1'000; ///< of one as JSON, beyond its name and its route's
    Peers told;
    told.at = std::move(asked.at);
    auto& at = told.at;
    for (auto one = subscriptions_.lower_bound(at.first); one != subscriptions_.end(); ++one) {
        const auto& [id, subscription] = *one;
        if (!asked.room.take(listing_bytes(subscription.listing.search))) return told;
        if (id != at.first) at = {ListingPlace::Kind::peer, 0, id, {}, {}};
        auto& peer = told.peer[id];
        peer.subscribed_id = id;
        peer.search = subscription.listing.search;
        const auto& choices = subscription.choices;
        for (auto choice = choices.upper_bound(at.name); choice != choices.end(); ++choice) {
            if (!asked.room.take(session_bytes + 2 * listing_bytes(choice->first))) return told;
            if (choice->second.routes.route()) peer.session.push_back(session_of(choice->first, choice->second.routes));
            at.name = choice->first;
        }
    }
    at.go_on(ListingPlace::Kind::all);
    return told;
}

} // namespace layer_cake::directory
