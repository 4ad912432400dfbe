#include <layer_cake/net/proxy.hpp>
#include <layer_cake/net/wire_messages.hpp>

/// Keep-alive: what passes between the proxies of a connection.
namespace layer_cake::net {

void Proxy::ask_to_keep() {
    keeper_ = std::make_unique<Keeper>();
    const auto period = keeper_->new_period();
    send({}, KeepAlive{period}, {}, 0);
    self_->start<KeepDue>(keeper_->asked(period));
}

bool Proxy::keep(const Any& message, const Address& from, bool& taken) {
    const auto* asked = message.get<KeepAlive>();
    const auto* there = message.get<StillThere>();
    taken = asked || there;
    if (!taken) return true;
    if (!keeper_) {
        if (there) return true; // to somebody who has not asked
        keeper_ = std::make_unique<Keeper>();
    }
    const auto silence = keeper_->heard(asked ? asked->seconds : there->seconds);
    if (!silence || from.is_local()) return broken("a keep-alive that makes no sense");
    keep_to_ = from.at_far_end();
    self_->start<KeepDue>(*silence);
    return true;
}

void Proxy::on(Object&, KeepDue) {
    if (state_ != State::open || !keeper_) return;
    switch (keeper_->due()) {
    case Keeper::Due::nothing:
        return;
    case Keeper::Due::gone:
        return close(EndOfTransport::WENT_STALE, "the far side is silent");
    case Keeper::Due::say_still_there:
        const auto period = keeper_->new_period();
        send(keep_to_, StillThere{period}, {}, 0);
        self_->start<KeepDue>(keeper_->said(period));
    }
}

} // namespace layer_cake::net
