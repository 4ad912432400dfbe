#include <fmt/format.h>
#include <layer_cake/directory/places.hpp>
#include <layer_cake/object/shard_send.hpp>
#include <layer_cake/realm/far_directory.hpp>
#include <layer_cake/realm/realm_object.hpp>

namespace layer_cake::realm {
namespace {

using object::Object;
using type::Address;
using type::Any;

constexpr std::size_t most_news = 100'000; ///< messages that wait for this object

} // namespace

void RealmObject::on(Object& self, type::Start) {
    self_ = &self;
    board_ = std::make_unique<Switchboard>(self.shard().loop(), options_.carrier());
    if (options_.host.empty()) options_.host = directory::primary_address();
    if (options_.host.empty()) options_.host = "127.0.0.1";

    ReplicaOptions made;
    made.realm = options_.realm;
    made.card.site = options_.site;
    made.card.node = options_.node;
    made.card.lease = static_cast<std::uint64_t>(options_.lease / std::chrono::milliseconds(1));
    made.card.host = options_.host;
    made.key = options_.key;
    made.inbox = board_->inbox() + ".answers";
    made.longest = board_->longest();
    made.limits = options_.limits;
    replica_ = std::make_unique<Replica>(std::move(made), self.now());

    RealmEffects effects;
    replica_->begin(effects);
    act(self, std::move(effects));
    board_->listen([this](const CarrierEvent& event) { hear(event); });
    if (options_.beside) options_.beside(self, *board_, options_);
    board_->open();
    learn_place(self);
}

void RealmObject::on(Object& self, type::Stop) {
    RealmEffects effects;
    replica_->leave(effects);
    act(self, std::move(effects));
    self.complete(type::Aborted{});
}

void RealmObject::learn_place(Object& self) {
    self.request(type::Enquiry{}, below_, std::chrono::seconds(30), [this](Object&, Any answer) {
        const auto* place = answer.get<type::HostPort>();
        if (!place || !place->port) return;
        place_ = *place;
        const bool is_reached = !directory::is_loopback(*place) || directory::is_loopback({options_.host, 0});
        if (is_reached) replica_->set_directory(static_cast<std::uint16_t>(*place->port), options_.encrypted);
    });
}

/// The loop has it from the carrier; it is a message's handler that deals with it.
void RealmObject::hear(CarrierEvent event) {
    const bool is_first = news_.empty();
    if (news_.size() == most_news && std::holds_alternative<Carried>(event)) {
        has_lost_ = true;
        return;
    }
    news_.push_back(std::move(event));
    if (is_first) self_->shard().send(CarrierNews{}, self_->address(), self_->address(), 0);
}

void RealmObject::on(Object& self, CarrierNews) {
    RealmEffects effects;
    for (const auto& event : std::exchange(news_, {})) {
        if (const auto* carried = std::get_if<Carried>(&event)) replica_->received(*carried, self.now(), effects);
        if (std::holds_alternative<CarrierLoss>(event)) replica_->carrier_lost(self.now(), effects);
        if (std::holds_alternative<CarrierUp>(event)) {
            effects.news.push_back(fmt::format("joined realm \"{}\"", options_.realm));
            replica_->carrier_up(self.now(), effects);
        }
        if (const auto* down = std::get_if<CarrierDown>(&event)) {
            effects.news.push_back(fmt::format("cut off from realm \"{}\": {}", options_.realm, down->reason));
            replica_->carrier_down();
            reason_ = down->reason;
        }
    }
    if (std::exchange(has_lost_, false)) replica_->carrier_lost(self.now(), effects);
    act(self, std::move(effects));
}

void RealmObject::on(Object& self, directory::GoOn) {
    goes_on_ = false;
    RealmEffects effects;
    replica_->go_on(effects);
    act(self, std::move(effects));
}

void RealmObject::on(Object& self, type::T1) {
    RealmEffects effects;
    replica_->tick(self.now(), effects);
    act(self, std::move(effects));
}

void RealmObject::act(Object& self, RealmEffects effects) {
    for (auto& watch : effects.watches) {
        const auto there = watches_.find(watch.subject);
        if (watch.on && there == watches_.end()) {
            auto id = board_->watch(watch.subject, [this](Carried& message) { hear(std::move(message)); });
            watches_.emplace(std::move(watch.subject), id);
        } else if (!watch.on && there != watches_.end()) {
            board_->unwatch(there->second);
            watches_.erase(there);
        }
    }
    for (const auto& post : effects.posts)
        if (auto sent = board_->publish(post.subject, post.bytes, post.reply_to); !sent)
            self.trace("not sent to the realm", {{"subject", post.subject}, {"why", sent.error().detail}});
    for (auto& message : effects.messages)
        tell(self, std::move(message));
    for (const auto& line : effects.news)
        self.console(line);
    if (effects.more && !std::exchange(goes_on_, true)) self.send(directory::GoOn{}, self.address());
    self.start<type::T1>(std::max<Duration>(replica_->due() - self.now(), Duration::zero()));
}

/// To a home in this site, or through the gateway to it.
void RealmObject::tell(Object& self, RealmEffects::Message message) {
    if (!message.to) return;
    if (gateway_) {
        if (const auto* route = message.content.get<directory::RouteOverLoop>()) {
            const auto* card = replica_->card_of(message.about);
            return self.send(CrossRoute{message.to, *route, card ? *card : MemberCard{}}, gateway_);
        }
        if (const auto* cleared = message.content.get<directory::ClearSubscriberRoute>())
            return self.send(CrossClear{message.to, *cleared}, gateway_);
    }
    self.send(std::move(message.content), message.to);
}

void RealmObject::on(Object& self, const UseGateway& gateway) {
    if (!self.return_address().is_local()) return;
    gateway_ = self.return_address();
    gateway_figures_ = gateway.figures;
    replica_->set_gateway(gateway.gateway_port, gateway.site_key);
}

void RealmObject::on(Object& self, const FindOwn& find) {
    if (!self.return_address().is_local()) return;
    self.reply(replica_->own_name(find.name, find.published_id).value_or(FarName{}));
}

void RealmObject::on(Object& self, AskMembers) {
    if (!self.return_address().is_local()) return;
    self.reply(Members{replica_->card(), replica_->members(), replica_->figures(), board_->is_up()});
}

void RealmObject::on(Object& self, GetState) {
    auto state = replica_->state(self.now());
    state.is_connected = board_->is_up();
    if (!state.is_connected) state.reason = reason_;
    auto carrier = board_->state();
    state.server = std::move(carrier.server);
    state.version = std::move(carrier.version);
    state.is_old = carrier.is_old;
    if (carrier.round_trip) state.round_trip_us = *carrier.round_trip / std::chrono::microseconds(1);
    if (gateway_figures_) {
        state.links = gateway_figures_->links;
        state.relayed = gateway_figures_->relayed;
        state.refused.forged += gateway_figures_->forged;
    }
    self.reply(std::move(state));
}

directory::DirectoryListing RealmObject::listing(Object& self, directory::ListingPlace at) {
    using Kind = directory::ListingPlace::Kind;
    directory::DirectoryListing told;
    told.unique_id = unique_id_;
    told.executable = fmt::format("realm {}", options_.realm);
    told.directory_address = self.address();
    told.scope = directory::Scope::WAN;
    told.primary_ip = options_.host;
    directory::ListingRoom room;
    if (at.kind == Kind::below) {
        list_far(self, told);
        at.go_on(Kind::published);
    }
    replica_->node().tell(told, at, room);
    for (auto& published : told.published)
        published.home_address = {};
    if (at.kind == Kind::peer) at.go_on(Kind::all); // it has no sessions
    told.rest = directory::place_text(at);
    return told;
}

/// The directories of this site and of others, as far as they are known here.
void RealmObject::list_far(Object& self, directory::DirectoryListing& told) {
    constexpr std::size_t most = 1'000;
    told.sub_directory.emplace(place_, below_);
    std::map<MemberId, Address> far;
    for (const auto& card : replica_->members()) {
        if (card.directory_port == 0 || far.size() == most) continue;
        const type::HostPort place{card.host, card.directory_port};
        const auto there = far_.find(card.member);
        auto& one = far[card.member];
        one = there != far_.end() ? there->second
                                  : self.create<FarDirectory>(place, card.directory_encrypted, unique_id_);
        told.sub_directory.emplace(place, one);
    }
    for (const auto& [member, directory] : std::exchange(far_, std::move(far)))
        if (!far_.contains(member)) self.send(type::Stop{}, directory);
}

std::function<Address(Object& node)> node_above(RealmOptions options) {
    return [options = std::move(options)](Object& node) {
        return node.create<RealmObject>(object::here().with_mailbox(1u << 18), options, node.address());
    };
}

} // namespace layer_cake::realm
