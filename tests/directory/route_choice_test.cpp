#include <doctest/doctest.h>
#include <layer_cake/directory/route_choice.hpp>

namespace lc = layer_cake;
using namespace lc::directory;
using namespace std::chrono_literals;

namespace {

lc::type::Uuid uuid(int number) {
    lc::type::Uuid made;
    made.bytes[15] = static_cast<std::uint8_t>(number);
    return made;
}

RouteOverLoop route(Scope scope, int publisher, int id) {
    RouteOverLoop made;
    made.route_id = uuid(id);
    made.scope = scope;
    made.published_id = uuid(publisher);
    made.name = "svc";
    made.ipp = {"127.0.0.1", 1000 + publisher};
    return made;
}

/// A choice whose attempts succeed when their publisher is up.
struct Subscriber {
    lc::Random random{3};
    RouteChoice choice{random};
    lc::ManualClock clock;
    std::set<int> up{1, 2, 3, 4, 5};
    std::string told;                       ///< `+1` Available from publisher 1, `-1` Dropped
    std::map<RouteChoice::Token, int> open; ///< attempts and sessions, by publisher
    int attempts = 0;

    static int publisher(const RouteOverLoop& route) { return route.published_id.bytes[15]; }

    void act(const RouteChoice::Effects& effects) {
        if (effects.drop) told += fmt("-", open.at(*effects.drop)), open.erase(*effects.drop);
        if (effects.close) open.erase(*effects.close);
        if (effects.take) told += fmt("+", open.at(*effects.take));
        if (!effects.open) return;
        const auto token = effects.open->token;
        const int who = publisher(effects.open->route);
        ++attempts;
        open[token] = who;
        if (up.contains(who)) return act(choice.opened(token, clock.now()));
        open.erase(token);
        act(choice.lost(token, clock.now()));
    }
    static std::string fmt(const char* sign, int who) { return sign + std::to_string(who); }

    void announced(const RouteOverLoop& route) { act(choice.announced(route, clock.now())); }
    void cleared(int id) { act(choice.cleared(uuid(id), clock.now())); }
    void dies(int who) {
        up.erase(who);
        const auto all = open;
        for (const auto& [token, publisher] : all)
            if (publisher == who) {
                const auto effects = choice.lost(token, clock.now());
                act(effects);
            }
    }
    void pass(lc::Duration time) {
        for (const auto end = clock.now() + time; clock.now() < end;) {
            const auto due = choice.due();
            const auto next = due && *due < end ? std::max(*due, clock.now()) : end;
            clock.advance(next - clock.now());
            act(choice.tick(clock.now()));
            if (next == end) break;
        }
    }
};

} // namespace

TEST_CASE("the nearest route wins, the next takes over, and the nearest again when it is back") {
    Subscriber s;
    s.announced(route(Scope::LAN, 1, 1));
    CHECK(s.told == "+1");
    s.announced(route(Scope::HOST, 2, 2));
    CHECK(s.told == "+1-1+2");
    s.announced(route(Scope::GROUP, 3, 3));
    CHECK(s.told == "+1-1+2-2+3");
    s.dies(3);
    CHECK(s.told == "+1-1+2-2+3-3+2");
    s.up.insert(3);
    s.pass(1s);
    CHECK(s.told == "+1-1+2-2+3-3+2-2+3");
}

TEST_CASE("a nearer route that cannot be opened changes nothing") {
    Subscriber s;
    s.announced(route(Scope::HOST, 1, 1));
    s.up.erase(2);
    s.announced(route(Scope::GROUP, 2, 2));
    s.pass(60s);
    CHECK(s.told == "+1");
    CHECK(s.attempts > 8);
    CHECK(s.attempts < 36); // held off, up to 3 s
    s.up.insert(2);
    s.pass(9s);
    CHECK(s.told == "+1-1+2");
}

TEST_CASE("the same publisher by a nearer route opens nothing, and counts as nearer") {
    Subscriber s;
    s.announced(route(Scope::HOST, 1, 1));
    s.announced(route(Scope::GROUP, 1, 2));
    s.announced(route(Scope::HOST, 2, 3)); // the name is another's further up
    CHECK(s.told == "+1");
    CHECK(s.attempts == 1);
}

TEST_CASE("a route that is announced anew replaces the one before, wherever it leads") {
    Subscriber s;
    s.announced(route(Scope::HOST, 1, 1));
    s.up.erase(1);
    s.dies(1);
    CHECK(s.told == "+1-1");
    s.announced(route(Scope::HOST, 2, 2)); // the directory was restarted; the publisher has moved
    CHECK(s.told == "+1-1+2");
    s.cleared(1); // of before
    s.dies(2);
    s.up.insert(2);
    s.pass(1s);
    CHECK(s.told == "+1-1+2-2+2");
}

TEST_CASE("a cleared route leaves its session alone until somebody takes the publisher's place") {
    Subscriber s;
    s.announced(route(Scope::HOST, 1, 1));
    s.cleared(1);
    CHECK(s.told == "+1");
    CHECK_FALSE(s.choice.idle());
    s.announced(route(Scope::LAN, 2, 2)); // further away
    CHECK(s.told == "+1");
    s.announced(route(Scope::HOST, 3, 3));
    CHECK(s.told == "+1-1+3");
    s.cleared(3);
    s.cleared(2);
    s.dies(3);
    CHECK(s.told == "+1-1+3-3");
    CHECK(s.choice.idle());
}

TEST_CASE("a publisher that lets every session fall is held off longer and longer") {
    Subscriber s;
    s.announced(route(Scope::HOST, 1, 1));
    for (int i = 0; i < 600; ++i) {
        s.dies(1);
        s.up.insert(1);
        s.pass(100ms);
    }
    CHECK(s.attempts < 36);
}

TEST_CASE("after quiet the session is with the nearest publisher that is up") {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        lc::Random random(seed);
        Subscriber s;
        std::map<Scope, std::pair<int, int>> known; // publisher, route id
        int last = 10;
        for (int step = 0; step < 40; ++step) {
            const auto scope = static_cast<Scope>(2 + random.up_to(3));
            const int who = 1 + static_cast<int>(random.up_to(4));
            switch (random.up_to(5)) {
            case 0:
            case 1:
                known[scope] = {who, ++last % 256};
                s.announced(route(scope, who, last % 256));
                break;
            case 2:
                if (known.contains(scope)) {
                    s.cleared(known[scope].second);
                    known.erase(scope);
                }
                break;
            case 3:
                s.dies(who);
                break;
            case 4:
                s.up.insert(who);
                break;
            default:
                s.pass(std::chrono::milliseconds(random.up_to(3000)));
            }
        }
        s.pass(20s);
        int expected = 0;
        for (const auto& [scope, about] : known)
            if (s.up.contains(about.first)) expected = about.first; // the last is the nearest
        const auto active = s.choice.active();
        if (!active) {
            CHECK(expected == 0);
        } else if (expected == 0) { // what was cleared may be open still
            CHECK(s.up.contains(s.open.at(*active)));
        } else {
            const int who = s.open.at(*active);
            bool is_listed = false;
            for (const auto& [scope, about] : known)
                is_listed |= about.first == who;
            if (is_listed) CHECK(who == expected);
        }
        const auto changes = s.told.size();
        s.pass(60s);
        CHECK(s.told.size() == changes); // no flapping
    }
}
