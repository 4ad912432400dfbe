#include <fmt/format.h>
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/object/shard.hpp>
#include <layer_cake/realm/gateway.hpp>

namespace layer_cake::realm {
namespace {

using object::Object;
using std::chrono::seconds;

constexpr Duration tick = seconds(3);
constexpr Duration patience = seconds(2);   ///< with a publisher that is dialled
constexpr Duration knows_for = seconds(30); ///< whether a place can be dialled
constexpr std::size_t most_known = 10'000;

} // namespace

Gateway::Gateway(Switchboard& board, GatewayOptions options)
    : board_(board), options_(std::move(options)), subjects_(options_.realm) {}

void Gateway::on(Object& self, type::Start) {
    self_ = &self;
    self.request(AskMembers{}, self.parent(), seconds(10), [this](Object& self, type::Any answer) {
        const auto* members = answer.get<Members>();
        if (!members) return self.complete(std::move(answer));
        begin(self, members->own);
    });
}

void Gateway::begin(Object& self, const MemberCard& own) {
    own_ = own.member;
    watch_ = board_.watch(relay_subject(subjects_, own_) + ".*", [this, alive = alive_](Carried& message) {
        if (*alive) received(message);
    });
    self.send(UseGateway{0, options_.key ? keys_.open_half() : type::Block{}}, self.parent());
    self.repeat<type::T1>(tick);
}

void Gateway::on(Object& self, type::Stop) {
    for (auto& [session, one] : sessions_)
        one->close("the gateway ends");
    if (watch_) board_.unwatch(watch_);
    self.complete(type::Aborted{});
}

void Gateway::on(Object&, type::T1) {
    for (auto& [session, one] : sessions_)
        one->tick(board_.is_up());
}

// Routes.

void Gateway::on(Object& self, CrossRoute& route) {
    const auto& ipp = route.route.ipp;
    const Place place{ipp.host.value_or(""), static_cast<std::uint16_t>(ipp.port.value_or(0))};
    if (options_.relay == Relay::never) return pass(self, route);
    if (options_.relay == Relay::always) return cross(self, route);
    const auto known = known_.find(place);
    if (known != known_.end() && self.now() < known->second.until)
        return known->second.can_be_dialled ? pass(self, route) : cross(self, route);
    auto& waiting = waiting_[place];
    waiting.routes.push_back(std::move(route));
    if (!waiting.dial)
        waiting.dial = std::make_unique<Dial>(self.shard().loop(), std::vector{place.first}, place.second, patience,
                                              [this, place](Fd connected) { dialled(place, bool(connected)); });
}

void Gateway::dialled(const Place& place, bool can_be_dialled) {
    if (known_.size() >= most_known) known_.clear();
    known_[place] = {can_be_dialled, self_->now() + knows_for};
    auto waiting = waiting_.extract(place);
    for (auto& route : waiting.mapped().routes)
        can_be_dialled ? pass(*self_, route) : cross(*self_, route);
}

void Gateway::pass(Object& self, const CrossRoute& route) {
    self.send(route.route, route.to, self.parent());
}

void Gateway::cross(Object& self, CrossRoute& route) {
    const Target target{route.publisher.member, route.route.name, route.route.published_id};
    auto& door = doors_[target];
    if (!door.listener) {
        net::Endpoint at;
        at.host = options_.listen;
        auto opened = net::Listener::open(self.shard().loop(), at,
                                          [this, target](Fd connection) { entered(target, std::move(connection)); });
        if (!opened) {
            self.warning(fmt::format("realm: no relay to \"{}\": {}", target.name, opened.error().detail));
            doors_.erase(target);
            return pass(self, route);
        }
        door.listener = std::move(*opened);
        door.site_key = route.publisher.site_key;
        self.trace(fmt::format("realm: \"{}\" of site \"{}\" is relayed", target.name, route.publisher.site));
    }
    if (routes_.emplace(route.route.route_id, target).second) ++door.routes;
    route.route.ipp = {options_.host, door.listener->port()};
    pass(self, route);
}

void Gateway::on(Object& self, CrossClear& clear) {
    const auto& id = clear.cleared.route_id;
    for (auto& [place, waiting] : waiting_)
        if (std::erase_if(waiting.routes, [&](const auto& one) { return one.route.route_id == id; })) return;
    if (const auto route = routes_.find(id); route != routes_.end()) {
        const auto door = doors_.find(route->second);
        if (--door->second.routes == 0) doors_.erase(door); // sessions that are under way go on
        routes_.erase(route);
    }
    self.send(clear.cleared, clear.to, self.parent());
}

// Sessions.

RelaySession& Gateway::add_session(const std::string& session, MemberId member, type::Block key) {
    RelayPeer peer;
    peer.session = session;
    peer.key = std::move(key);
    peer.longest = board_.longest();
    peer.send = [this, subject = relay_subject(subjects_, member) + '.' + session](std::string_view message) {
        return board_.publish(subject, message);
    };
    peer.over = [this, session](const std::string& why) { end_session(session, why); };
    auto& made = sessions_[session];
    made = std::make_unique<RelaySession>(self_->shard().loop(), std::move(peer));
    return *made;
}

void Gateway::end_session(const std::string& session, const std::string& why) {
    if (!why.empty()) self_->trace(fmt::format("realm: a relayed session is over: {}", why));
    sessions_.erase(session);
}

/// A process of this site wants to speak with a publisher of another.
void Gateway::entered(const Target& target, Fd connection) {
    const auto& site_key = doors_.at(target).site_key;
    if (sessions_.size() >= most_sessions || !board_.is_up() || (options_.key && site_key.empty())) return;
    const auto session = new_relay_session();
    auto& made = add_session(session, target.member, options_.key ? site_key : type::Block{});
    made.open(std::move(connection), [&](std::uint64_t takes, const type::Block& key) {
        RelayOpen open{own_, target.name, target.published_id, takes, key, {}};
        if (options_.key) {
            const auto signature = options_.key->sign(signed_text(session, target.member, open));
            const auto* first = reinterpret_cast<const std::byte*>(signature.data());
            open.signature.assign(first, first + signature.size());
        }
        return codec::to_binary(open).value_or("");
    });
}

std::string Gateway::signed_text(const std::string& session, MemberId to, RelayOpen open) const {
    open.signature.clear();
    return fmt::format("layer-cake relay {} {} {} {}", options_.realm, session, hex_text(to),
                       codec::to_binary(open).value_or(""));
}

void Gateway::received(Carried& message) {
    const auto session = message.subject.substr(message.subject.rfind('.') + 1);
    if (const auto there = sessions_.find(session); there != sessions_.end())
        return there->second->received(message.bytes);
    const auto first = parse_relay(message.bytes);
    if (!first || first->kind != RelayMessage::Kind::open || first->number != 0 || !is_relay_session(session)) return;
    const auto open = codec::from_binary<RelayOpen>(first->body);
    if (open && !opening_.contains(session)) asked(session, *open);
}

void Gateway::asked(const std::string& session, const RelayOpen& open) {
    if (options_.key) {
        const auto* first = reinterpret_cast<const char*>(open.signature.data());
        if (open.key.size() != RelayKeys::size || open.signature.size() != RealmKey::signature_size ||
            !options_.key->verify(signed_text(session, own_, open), {first, open.signature.size()}))
            return;
    }
    if (sessions_.size() + opening_.size() >= most_sessions)
        return refuse(session, open.member, "the gateway has too many sessions");
    opening_[session] = nullptr;
    self_->request(FindOwn{open.name, open.published_id}, self_->parent(), patience,
                   [this, session, open](Object&, type::Any answer) { found(session, open, answer); });
}

void Gateway::found(const std::string& session, const RelayOpen& open, const type::Any& answer) {
    const auto* name = answer.get<FarName>();
    if (!name || name->name.empty()) {
        opening_.erase(session);
        return refuse(session, open.member, "that is not published here");
    }
    std::vector<std::string> hosts{name->host};
    if (name->host == options_.own_host) hosts.emplace_back("127.0.0.1");
    opening_[session] = std::make_unique<Dial>(
        self_->shard().loop(), std::move(hosts), name->port, patience, [this, session, open](Fd connected) {
            const auto dial = opening_.extract(session);
            if (!connected) return refuse(session, open.member, "the publisher cannot be dialled");
            auto& made = add_session(session, open.member, options_.key ? open.key : type::Block{});
            made.accept(std::move(connected), open, options_.key ? &keys_ : nullptr);
        });
}

void Gateway::refuse(const std::string& session, MemberId member, std::string_view why) {
    auto message = relay_text(RelayMessage::Kind::close, 0);
    message += why;
    (void)board_.publish(relay_subject(subjects_, member) + '.' + session, message);
}

} // namespace layer_cake::realm
