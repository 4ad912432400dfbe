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
    if (makes_links() && options_.takes_links) open_links(self);
    const std::uint16_t port = links_ ? links_->port() : 0;
    self.send(UseGateway{port, options_.key ? keys_.open_half() : type::Block{}, figures_}, self.parent());
    self.repeat<type::T1>(tick);
}

void Gateway::on(Object& self, type::Stop) {
    for (auto& [session, one] : sessions_)
        one.session->close("the gateway ends");
    if (watch_) board_.unwatch(watch_);
    self.complete(type::Aborted{});
}

void Gateway::on(Object&, type::T1) {
    for (auto& [session, one] : sessions_)
        one.session->tick(one.link || board_.is_up());
}

// Routes.

void Gateway::on(Object& self, CrossRoute& route) {
    if (options_.relay == Relay::never) return pass(self, route);
    if (options_.relay == Relay::always) return cross(self, route);
    const auto& ipp = route.route.ipp;
    const auto place = makes_links() ? Place{route.publisher.host, route.publisher.gateway_port}
                                     : Place{ipp.host.value_or(""), static_cast<std::uint16_t>(ipp.port.value_or(0))};
    if (const auto known = known_.find(place); known != known_.end() && self.now() < known->second.until)
        return go_on(self, route, known->second.can_be_dialled);
    if (makes_links() && !place.second) return cross(self, route);
    probe(place).routes.push_back(std::move(route));
}

Gateway::Waiting& Gateway::probe(const Place& place) {
    auto& waiting = waiting_[place];
    if (!waiting.dial)
        waiting.dial = std::make_unique<Dial>(self_->shard().loop(), std::vector{place.first}, place.second, patience,
                                              [this, place](Fd connected) { dialled(place, bool(connected)); });
    return waiting;
}

void Gateway::dialled(const Place& place, bool can_be_dialled) {
    learn(place, can_be_dialled);
    auto waiting = waiting_.extract(place);
    for (auto& route : waiting.mapped().routes)
        go_on(*self_, route, can_be_dialled);
}

void Gateway::go_on(Object& self, CrossRoute& route, bool can_be_dialled) {
    makes_links() || !can_be_dialled ? cross(self, route) : pass(self, route);
}

/// What is not known is tried. What was known a while ago is taken to be so still, and looked at meanwhile: no session
/// waits for a place that does not answer.
bool Gateway::may_be_dialled(const Place& place) {
    if (!place.second) return false;
    const auto known = known_.find(place);
    if (known == known_.end()) return true;
    if (self_->now() >= known->second.until) probe(place);
    return known->second.can_be_dialled;
}

void Gateway::learn(const Place& place, bool can_be_dialled) {
    if (known_.size() >= most_known) known_.clear();
    known_[place] = {can_be_dialled, self_->now() + knows_for};
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
            if (!options_.key) pass(self, route); // else nothing would hold it to the key
            return;
        }
        door.listener = std::move(*opened);
        door.site_key = route.publisher.site_key;
        door.gateway = {route.publisher.host, route.publisher.gateway_port};
        self.trace(fmt::format("realm: sessions with \"{}\" of site \"{}\" go through the gateway", target.name,
                               route.publisher.site));
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

} // namespace layer_cake::realm
