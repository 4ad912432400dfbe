#include <layer_cake/directory/route_choice.hpp>

namespace layer_cake::directory {
namespace {

constexpr Duration good_while = std::chrono::seconds(8); ///< after which a session counts as a success

bool is_same_publisher(const RouteOverLoop& a, const RouteOverLoop& b) {
    return a.published_id == b.published_id && a.encrypted == b.encrypted && a.ipp.port == b.ipp.port;
}

} // namespace

RouteChoice::Known* RouteChoice::known_as(const RouteOverLoop& route) {
    auto& there = known(route.scope);
    return there && is_same_publisher(there->route, route) ? &*there : nullptr;
}

/// Whether it should be opened instead of the session there is.
bool RouteChoice::is_better(const Known& known) const {
    if (!active_) return true;
    if (is_same_publisher(known.route, active_->route)) return false;
    Scope nearest = active_->route.scope;
    bool is_listed = false;
    for (const auto& one : known_) {
        if (!one || !is_same_publisher(one->route, active_->route)) continue;
        nearest = is_listed && is_nearer(nearest, one->route.scope) ? nearest : one->route.scope;
        is_listed = true;
    }
    // A publisher that nobody lists any more gives way to one that took its place.
    return is_nearer(known.route.scope, nearest) || (!is_listed && known.route.scope == nearest);
}

void RouteChoice::settle(Instant now, Effects& effects) {
    if (opening_) return;
    for (std::size_t at = known_.size(); at-- > 0;) {
        const auto& one = known_[at];
        if (!one || one->not_before > now || !is_better(*one)) continue;
        opening_ = Attempt{++last_, one->route, {}};
        effects.open = Effects::Open{last_, one->route};
        return;
    }
}

/// The publisher, by whatever way it is known.
void RouteChoice::hold_off(const Attempt& attempt, Instant now) {
    const bool is_fresh = attempt.since != Instant{} && now - attempt.since >= good_while;
    for (auto& one : known_) {
        if (!one || !is_same_publisher(one->route, attempt.route)) continue;
        if (attempt.since == Instant{} && one->route.scope != attempt.route.scope) continue; // another host's address
        if (is_fresh) one->back_off.reset();
        one->not_before = now + one->back_off.next(*random_);
    }
}

RouteChoice::Effects RouteChoice::announced(const RouteOverLoop& route, Instant now) {
    Effects effects;
    known(route.scope).emplace(Known{route}); // a fresh word: not held off
    settle(now, effects);
    return effects;
}

RouteChoice::Effects RouteChoice::cleared(const type::Uuid& route_id, Instant now) {
    Effects effects;
    for (auto& one : known_)
        if (one && one->route.route_id == route_id) one.reset();
    settle(now, effects);
    return effects;
}

RouteChoice::Effects RouteChoice::opened(Token token, Instant now) {
    Effects effects;
    if (!opening_ || opening_->token != token) return effects.close = token, effects;
    auto attempt = std::move(*opening_);
    opening_.reset();
    auto* one = known_as(attempt.route);
    if (!one || !is_better(*one)) { // it was cleared, or replaced, meanwhile
        effects.close = token;
    } else {
        attempt.since = now;
        if (active_) effects.drop = active_->token;
        active_ = std::move(attempt);
        effects.take = token;
    }
    settle(now, effects);
    return effects;
}

RouteChoice::Effects RouteChoice::lost(Token token, Instant now) {
    Effects effects;
    if (opening_ && opening_->token == token) {
        hold_off(*opening_, now);
        opening_.reset();
    } else if (active_ && active_->token == token) {
        hold_off(*active_, now);
        active_.reset();
        effects.drop = token;
    }
    settle(now, effects);
    return effects;
}

RouteChoice::Effects RouteChoice::tick(Instant now) {
    Effects effects;
    settle(now, effects);
    return effects;
}

std::optional<Instant> RouteChoice::due() const {
    std::optional<Instant> due;
    if (opening_) return due;
    for (const auto& one : known_)
        if (one && is_better(*one) && (!due || one->not_before < *due)) due = one->not_before;
    return due;
}

bool RouteChoice::idle() const {
    if (active_ || opening_) return false;
    for (const auto& one : known_)
        if (one) return false;
    return true;
}

const RouteOverLoop* RouteChoice::route() const {
    if (active_) return &active_->route;
    if (opening_) return &opening_->route;
    for (std::size_t at = known_.size(); at-- > 0;)
        if (known_[at]) return &known_[at]->route;
    return nullptr;
}

} // namespace layer_cake::directory
