#pragma once

#include <array>
#include <layer_cake/directory/back_off.hpp>
#include <layer_cake/directory/messages.hpp>
#include <optional>
#include <vector>

namespace layer_cake::directory {

/// Which publisher one subscription has a session with, under one name that it matches.
///
/// Each node that sees both tells of a route, of its scope; a publisher may be known by several, and nodes of several
/// scopes may know several publishers. A session is opened by the nearest route.
///
///     no session                         the nearest route is tried, then the next, whatever is not held off
///     a route nearer than the session's  is opened first; then the old session is closed. While it cannot be opened
///                                        the old one stays
///     the same publisher by another      nothing is opened: the session counts as the nearer of the two
///     route
///     a route of the same scope again    replaces the one that was known
///     the route is cleared               the session stays until it is lost, or a route as near or nearer names
///                                        another publisher. Whoever withdraws closes its sessions itself
///     an attempt failed, or the session  that route is held off: 0.1 s, twice as long each time, 3 s at most; then it
///     was lost                           is tried again. A session of 8 s makes up for all failures before
///
/// Knows neither sockets nor clocks: it is told what happened and when.
class RouteChoice {
public:
    using Token = std::uint64_t; ///< of an attempt, and of the session that it becomes

    /// What is to be done, in this order.
    struct Effects {
        struct Open {
            Token token;
            RouteOverLoop route;
        };
        std::optional<Token> drop;  ///< the session is over: close it, if it is open, and tell the subscriber
        std::optional<Token> take;  ///< the session is the one: tell the subscriber
        std::optional<Token> close; ///< it is not wanted after all; the subscriber never heard of it
        std::optional<Open> open;   ///< try it
    };

    explicit RouteChoice(Random& random) : random_(&random) {}

    Effects announced(const RouteOverLoop& route, Instant now);
    Effects cleared(const type::Uuid& route_id, Instant now);
    Effects opened(Token token, Instant now);
    Effects lost(Token token, Instant now); ///< the session; or the attempt failed
    Effects tick(Instant now);

    /// When to call tick(), or nothing.
    std::optional<Instant> due() const;
    /// Nothing is known and nothing is open: it can be forgotten.
    bool idle() const;
    std::optional<Token> active() const { return active_ ? std::optional(active_->token) : std::nullopt; }
    std::optional<Token> opening() const { return opening_ ? std::optional(opening_->token) : std::nullopt; }
    /// The route of the session, or of the attempt, or the nearest that is known; null when idle.
    const RouteOverLoop* route() const;

private:
    struct Known {
        RouteOverLoop route;
        BackOff back_off{std::chrono::milliseconds(100), std::chrono::seconds(3)};
        Instant not_before{}; ///< held off until then
    };
    struct Attempt {
        Token token;
        RouteOverLoop route;
        Instant since{}; ///< it is a session
    };

    std::optional<Known>& known(Scope scope) { return known_[static_cast<std::size_t>(number(scope))]; }
    Known* known_as(const RouteOverLoop& route);
    bool is_better(const Known& known) const;
    void hold_off(const Attempt& attempt, Instant now);
    void settle(Instant now, Effects& effects);

    Random* random_;
    std::array<std::optional<Known>, 7> known_; ///< by the number of the scope
    std::optional<Attempt> active_, opening_;
    Token last_ = 0;
};

} // namespace layer_cake::directory
