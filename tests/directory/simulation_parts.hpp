#pragma once

#include <tests/directory/simulation.hpp>

/// What a simulation is made of.
namespace layer_cake::directory {

/// Of the node's object, in each process.
inline const type::Address node_address(16);

/// A process with its node.
struct Simulation::Machine {
    Machine(Scope scope, Machine* parent, int life, std::string host)
        : scope(scope),
          parent(parent),
          host(std::move(host)),
          delays(std::chrono::milliseconds(500), std::chrono::seconds(scope == Scope::HOST ? 3 : 8)) {
        start(life);
    }
    void start(int life) {
        node = std::make_unique<Node>(scope, NodeLimits{}, UniqueIds(static_cast<std::uint64_t>(life)));
        delays.reset();
        is_up = true;
    }

    Scope scope;
    Machine* parent;
    std::string host;
    std::unique_ptr<Node> node;
    bool is_up = false;
    bool is_paused = false;
    std::vector<Action> held{}; ///< until it is resumed
    bool wants_parent = false;
    BackOff delays;
    std::int64_t last_proxy = 100;
    std::int64_t proxy_up = 0, proxy_at_parent = 0; ///< of the connection upwards; 0: none
    std::uint64_t life = 0;                         ///< of that connection; what was under way before is lost
    Instant next_up{}, next_down{};                 ///< order is kept in each direction
    std::map<std::int64_t, Machine*> children;      ///< by proxy
    bool up_is_lost = false, down_is_lost = false;  ///< of a host: what goes to others, what comes from them
    int cuts = 0;                                   ///< of that, so far
    std::vector<Action> stuck{};                    ///< what is sent again when it is heard
    std::vector<Name*> names;
    std::vector<Want*> wants;
};

struct Simulation::Name {
    std::string text;
    Scope scope = Scope::LAN;
    Machine* machine = nullptr;
    type::Uuid id; ///< of the present publication
    int port = 0;
    bool is_there = false;
};

struct Simulation::Want {
    Subscribed listing;
    Machine* machine = nullptr;
    std::unique_ptr<Pattern> pattern; ///< null: a plain name
    struct Found {
        RouteChoice choice;
        std::map<RouteChoice::Token, type::Uuid> links; ///< sessions and attempts, by publication
        std::optional<Instant> due;
    };
    std::map<std::string, Found> found;
    bool matches(std::string_view name) const {
        return pattern ? pattern->matches_whole(name) : listing.search == name;
    }
};

/// What names and searches are grouped by here: `service-0001`.
inline std::string service_of(std::string_view text) {
    return std::string(text.substr(0, text.find(':')));
}

} // namespace layer_cake::directory
