#include <fmt/format.h>
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/directory/places.hpp>
#include <layer_cake/object/shard.hpp>
#include <layer_cake/realm/gateway.hpp>

namespace layer_cake::realm {
namespace {

using object::Object;

constexpr Duration patience = std::chrono::seconds(2); ///< with a gateway that is dialled, and with one that dials
/// With one that is called back: the other side has waited for a while already.
constexpr Duration short_patience = std::chrono::milliseconds(500);
constexpr std::size_t session_size = 32;

} // namespace

void Gateway::open_links(Object& self) {
    const auto& host = options_.own_host;
    net::Endpoint at;
    at.host = directory::is_loopback({host, 0}) ? host : host.find(':') == std::string::npos ? "0.0.0.0" : "::";
    at.port = options_.link_port;
    auto opened =
        net::Listener::open(self.shard().loop(), at, [this](Fd connection) { visited(std::move(connection)); });
    if (opened)
        links_ = std::move(*opened);
    else
        self.warning(fmt::format("realm: other sites cannot dial this one: {}", opened.error().detail));
}

// This gateway dials.

/// That of the publisher, for a process of this site.
void Gateway::call(const std::string& session) {
    auto& entered = entered_.at(session);
    entered.dial =
        std::make_unique<Dial>(self_->shard().loop(), std::vector{entered.gateway.first}, entered.gateway.second,
                               patience, [this, session](Fd connected) { called(session, std::move(connected)); });
}

void Gateway::called(const std::string& session, Fd connection) {
    auto& entered = entered_.at(session);
    const auto fall_back = [this, session] {
        auto& entered = entered_.at(session);
        learn(entered.gateway, false);
        entered.link.reset();
        open(session, {});
    };
    if (!connection) return fall_back();
    const auto greeted = [this, session, fall_back](std::span<char> message) {
        const std::string_view greeting(message.data(), message.size());
        const auto& entered = entered_.at(session);
        if (greeting_member(greeting) != entered.target.member) return fall_back(); // another one has that address here
        learn(entered.gateway, true);
        open(session, greeting);
    };
    entered.link = std::make_unique<RelayLink>(self_->shard().loop(), std::move(connection), patience,
                                               RelayLink::Events{greeted, fall_back});
}

/// That of who asks for a session over the carrier: it could not dial this one.
void Gateway::call_back(const std::string& session) {
    auto& opening = opening_.at(session);
    opening.dial = std::make_unique<Dial>(
        self_->shard().loop(), std::vector{opening.asked.host}, opening.asked.port, short_patience,
        [this, session](Fd connected) { called_back(session, std::move(connected)); });
}

void Gateway::called_back(const std::string& session, Fd connection) {
    auto& opening = opening_.at(session);
    const auto fall_back = [this, session] {
        auto& opening = opening_.at(session);
        learn({opening.asked.host, opening.asked.port}, false);
        opening.link.reset();
        accept(session);
    };
    if (!connection) return fall_back();
    const auto greeted = [this, session, fall_back](std::span<char> greeting) {
        const auto& asked = opening_.at(session).asked;
        if (greeting_member({greeting.data(), greeting.size()}) != asked.member) return fall_back();
        learn({asked.host, asked.port}, true);
        accept(session);
    };
    opening.link = std::make_unique<RelayLink>(self_->shard().loop(), std::move(connection), patience,
                                               RelayLink::Events{greeted, fall_back});
}

// It is dialled.

void Gateway::visited(Fd connection) {
    if (strangers_.size() >= most_strangers) strangers_.pop_front();
    const auto greeting = new_relay_greeting(own_);
    const auto stranger = strangers_.insert(strangers_.end(), nullptr);
    *stranger = std::make_unique<RelayLink>(self_->shard().loop(), std::move(connection), patience,
                                            RelayLink::Events{[this, stranger, greeting](std::span<char> message) {
                                                                  introduced(stranger, greeting, message);
                                                              },
                                                              [this, stranger] { strangers_.erase(stranger); }});
    (void)(*stranger)->send(greeting);
}

/// Whose first message is none of those that are expected is not answered.
void Gateway::introduced(Links::iterator stranger, std::string_view greeting, std::span<char> message) {
    auto link = std::move(*stranger);
    strangers_.erase(stranger);
    const std::string session(message.data(), std::min(message.size(), session_size));
    message = message.subspan(session.size());
    const auto first = parse_relay({message.data(), message.size()});
    if (!first || !is_relay_session(session)) return;
    if (const auto there = sessions_.find(session); there != sessions_.end()) {
        auto& known = there->second;
        if (known.link || !known.session->is_waiting() || first->kind != RelayMessage::Kind::opened) return;
        known.session->received(message); // only who was asked can have said it
        if (!known.session->is_waiting()) use(known, std::move(link));
        return;
    }
    if (first->kind != RelayMessage::Kind::open || first->number != 0) return;
    auto open = codec::from_binary<RelayOpen>(first->body);
    if (open && is_signed(session, greeting, *open)) asked(session, std::move(*open), std::move(link));
}

// Both.

void Gateway::use(Session& session, std::unique_ptr<RelayLink> link) {
    --figures_->relayed;
    ++figures_->links;
    session.link = std::move(link);
    session.link->listen({[&session](std::span<char> message) { session.session->received(message); },
                          [&session] { session.session->way_lost(); }, [&session] { session.session->can_send(); }});
}

/// What waits is sent yet.
void Gateway::leave(std::unique_ptr<RelayLink> link) {
    if (link->is_lost()) return;
    const auto at = leaving_.insert(leaving_.end(), std::move(link));
    (*at)->leave(patience, [this, at] { leaving_.erase(at); });
}

} // namespace layer_cake::realm
