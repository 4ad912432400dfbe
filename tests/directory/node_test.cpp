#include <doctest/doctest.h>
#include <fmt/format.h>
#include <layer_cake/directory/node.hpp>

namespace lc = layer_cake;
using namespace lc::directory;
using lc::type::Address;

namespace {

lc::type::Uuid uuid(int number) {
    lc::type::Uuid made;
    made.bytes[14] = static_cast<std::uint8_t>(number >> 8);
    made.bytes[15] = static_cast<std::uint8_t>(number);
    return made;
}
int number_of(const lc::type::Uuid& id) {
    return id.bytes[14] << 8 | id.bytes[15];
}

/// A node with what it wants done as text: `route 7 to 16@3 (svc of 5 at 10.0.0.3:1005)`.
struct Bench {
    explicit Bench(Scope scope, NodeLimits limits = {}) : node(scope, limits, UniqueIds(1)) {}

    static Published published(int id, std::string name, Scope scope, Address home) {
        Published made;
        made.name = std::move(name);
        made.scope = scope;
        made.published_id = uuid(id);
        made.listening_ipp = {"0.0.0.0", 1000 + id};
        made.home_address = std::move(home);
        return made;
    }
    static Subscribed subscribed(int id, std::string search, Scope scope, Address home) {
        return {std::move(search), scope, uuid(id), std::move(home)};
    }

    static std::string text(const Address& address) {
        std::string made;
        for (const auto one : address.list())
            made += fmt::format("{}{}", made.empty() ? "" : ",", one);
        return made;
    }

    static std::string text(const lc::type::Any& message) {
        if (const auto* m = message.get<RouteOverLoop>())
            return fmt::format("route {}-{} {}:{}", number_of(m->subscribed_id), number_of(m->published_id),
                               *m->ipp.host, *m->ipp.port);
        if (const auto* m = message.get<ClearSubscriberRoute>())
            return fmt::format("over s{}", number_of(m->subscribed_id));
        if (const auto* m = message.get<ClearPublisherRoute>())
            return fmt::format("over p{}", number_of(m->published_id));
        if (const auto* m = message.get<Advisory>()) return fmt::format("taken {}", number_of(m->published_id));
        if (const auto* m = message.get<Published>()) return fmt::format("p{}", number_of(m->published_id));
        if (const auto* m = message.get<Subscribed>()) return fmt::format("s{}", number_of(m->subscribed_id));
        std::string made;
        if (const auto* m = message.get<PublishedDirectory>()) {
            std::set<int> p, s;
            for (const auto& one : m->published)
                p.insert(number_of(one.published_id));
            for (const auto& one : m->subscribed)
                s.insert(number_of(one.subscribed_id));
            for (const int one : p)
                made += fmt::format(" p{}", one);
            for (const int one : s)
                made += fmt::format(" s{}", one);
            return "all" + made;
        }
        if (const auto* m = message.get<ClearListings>()) {
            for (const auto& one : m->publishers)
                made += fmt::format(" p{}", number_of(one));
            for (const auto& one : m->subscribers)
                made += fmt::format(" s{}", number_of(one));
            return "clear" + made;
        }
        return "?";
    }

    /// What was done since.
    std::string done() {
        std::string all;
        for (const auto& message : effects.messages)
            all += fmt::format("{}[{}] {}", all.empty() ? "" : "; ", text(message.to), text(message.content));
        effects.messages.clear();
        return all;
    }

    Node node;
    Effects effects;
};

const Address home3{16, 3}, home4{16, 4}, parent{9};

} // namespace

TEST_CASE("a match is told to the subscriber's home, whoever is first") {
    for (const bool publisher_first : {true, false}) {
        Bench b(Scope::HOST);
        b.node.child_connected(3, "127.0.0.1");
        b.node.child_connected(4, "127.0.0.1");
        const auto p = Bench::published(5, "svc", Scope::HOST, home3);
        const auto s = Bench::subscribed(7, "s.c", Scope::HOST, home4);
        if (publisher_first) b.node.received(3, p, b.effects);
        b.node.received(4, s, b.effects);
        if (!publisher_first) b.node.received(3, p, b.effects);
        CHECK(b.done() == "[16,4] route 7-5 127.0.0.1:1005");
        CHECK_FALSE(b.effects.wants_parent);
        b.node.child_lost(3, b.effects);
        CHECK(b.done() == "[16,4] over s7");
        CHECK(b.node.names() == 0);
        CHECK(b.node.routes() == 0);
    }
}

TEST_CASE("listings go up when their scope is wider, all of them when the parent is connected") {
    Bench b(Scope::GROUP);
    b.node.child_connected(3, "127.0.0.1");
    b.node.received(3, Bench::published(1, "inner", Scope::GROUP, home3), b.effects);
    CHECK_FALSE(b.effects.wants_parent);
    b.node.received(3, Bench::published(2, "host", Scope::HOST, home3), b.effects);
    CHECK(b.effects.wants_parent);
    b.node.received(3, Bench::subscribed(3, "lan", Scope::LAN, home3), b.effects);
    CHECK(b.done() == "");
    b.node.parent_connected(parent, b.effects);
    CHECK(b.done() == "[9] all p2 s3");
    b.node.received(3, Bench::published(4, "more", Scope::LAN, home3), b.effects);
    CHECK(b.done() == "[9] p4");
    b.node.received(3, ClearListings{{uuid(3)}, {uuid(1), uuid(2)}}, b.effects);
    CHECK(b.done() == "[9] clear p2 s3");
    b.node.parent_lost();
    b.node.received(3, Bench::published(6, "late", Scope::LAN, home3), b.effects);
    CHECK(b.done() == "");
    b.node.parent_connected(parent, b.effects);
    CHECK(b.done() == "[9] all p4 p6");
    b.node.child_lost(3, b.effects);
    CHECK(b.done() == "[9] clear p4 p6");
}

TEST_CASE("a node says itself where a publisher listens") {
    struct Row {
        Scope scope;
        const char* host;
    };
    for (const auto& row : {Row{Scope::LAN, "10.0.0.3"}, Row{Scope::HOST, "127.0.0.1"}, Row{Scope::GROUP, "127.0.0.1"},
                            Row{Scope::PROCESS, "0.0.0.0"}}) {
        Bench b(row.scope);
        b.node.child_connected(3, "10.0.0.3");
        b.node.received(3, Bench::published(1, "svc", Scope::LAN, home3), b.effects);
        CHECK(b.node.find("svc")->listening_ipp.host == row.host);
    }
}

TEST_CASE("who is first has the name; the others wait and take over in turn") {
    Bench b(Scope::HOST);
    b.node.parent_connected(parent, b.effects);
    for (const int child : {3, 4, 5})
        b.node.child_connected(child, "127.0.0.1");
    b.node.received(5, Bench::subscribed(9, "svc", Scope::HOST, {16, 5}), b.effects);
    b.node.received(3, Bench::published(1, "svc", Scope::LAN, home3), b.effects);
    CHECK(b.done() == "[16,5] route 9-1 127.0.0.1:1001; [9] p1");
    b.node.received(4, Bench::published(2, "svc", Scope::LAN, home4), b.effects);
    CHECK(b.done() == "[16,4] taken 2");
    b.node.received(5, Bench::published(3, "svc", Scope::LAN, {16, 5}), b.effects);
    b.done();
    b.node.child_lost(3, b.effects);
    CHECK(b.done() == "[16,5] over s9; [16,5] route 9-2 127.0.0.1:1002; [9] clear p1; [9] p2");
    b.node.child_lost(4, b.effects);
    // The last publisher is in the subscriber's own process, or group: they have been introduced there.
    CHECK(b.done() == "[16,5] over s9; [9] clear p2; [9] p3");
    b.node.child_lost(5, b.effects);
    CHECK(b.done() == "[9] clear p3"); // the subscription was for the host only
}

TEST_CASE("what came over the same child has been introduced by it") {
    Bench b(Scope::HOST);
    b.node.child_connected(3, "127.0.0.1");
    b.node.received(3, Bench::published(1, "svc", Scope::HOST, {16, 7, 3}), b.effects);
    b.node.received(3, Bench::subscribed(2, "svc", Scope::HOST, {16, 8, 3}), b.effects);
    CHECK(b.done() == "");
    Bench own(Scope::PROCESS);
    own.node.received(0, Bench::published(1, "svc", Scope::PROCESS, Address(16)), own.effects);
    own.node.received(0, Bench::subscribed(2, "svc", Scope::PROCESS, Address(16)), own.effects);
    CHECK(own.done() == "[16] route 2-1 0.0.0.0:1001");
}

TEST_CASE("who is in libraries of one process meets in the process of ours, or in the group") {
    Bench process(Scope::PROCESS);
    process.node.child_connected(3, "127.0.0.1");
    process.node.received(3, Bench::published(1, "svc", Scope::HOST, {16, 3}), process.effects);
    process.node.received(3, Bench::subscribed(2, "svc", Scope::HOST, {16, 3}), process.effects);
    CHECK(process.done() == "[16,3] route 2-1 0.0.0.0:1001");
    Bench group(Scope::GROUP);
    group.node.child_connected(3, "127.0.0.1");
    group.node.received(3, Bench::published(1, "svc", Scope::GROUP, {16, 7, 3}), group.effects);
    group.node.received(3, Bench::subscribed(2, "svc", Scope::GROUP, {16, 8, 3}), group.effects);
    CHECK(group.done() == "[16,8,3] route 2-1 127.0.0.1:1001");
    group.node.received(3, Bench::subscribed(3, "svc", Scope::GROUP, {16, 3}), group.effects);
    CHECK(group.done() == ""); // introduced by the process that is its home
}

TEST_CASE("a child speaks for itself only") {
    Bench b(Scope::HOST);
    b.node.child_connected(3, "127.0.0.1");
    b.node.child_connected(4, "127.0.0.1");
    b.node.received(3, Bench::published(1, "svc", Scope::HOST, home3), b.effects);
    SUBCASE("it clears nobody else's listing") {
        b.node.received(4, ClearListings{{}, {uuid(1)}}, b.effects);
        CHECK(b.node.find("svc"));
    }
    SUBCASE("the id of another's listing gives it nothing") {
        b.node.received(4, Bench::published(1, "svc", Scope::HOST, home4), b.effects);
        CHECK(b.node.find("svc")->home_address == home3);
        b.node.child_lost(4, b.effects);
        CHECK(b.node.find("svc"));
    }
    SUBCASE("a scope that is none of this node's is ignored") {
        b.node.received(4, Bench::published(2, "other", Scope::PROCESS, home4), b.effects);
        b.node.received(4, Bench::subscribed(3, "svc", Scope::GROUP, home4), b.effects);
        CHECK(b.node.names() == 1);
        CHECK(b.node.searches() == 0);
    }
    SUBCASE("who is no child is not listened to") {
        b.node.received(77, Bench::published(2, "other", Scope::HOST, home4), b.effects);
        b.node.received(-1, ClearListings{{}, {uuid(1)}}, b.effects);
        CHECK(b.node.names() == 1);
    }
    SUBCASE("names and searches that cannot be are refused") {
        b.node.received(4, Bench::published(2, "", Scope::HOST, home4), b.effects);
        b.node.received(4, Bench::published(2, std::string(1'001, 'x'), Scope::HOST, home4), b.effects);
        b.node.received(4, Bench::subscribed(3, "(?=a)", Scope::HOST, home4), b.effects);
        auto bad = Bench::published(2, "port", Scope::HOST, home4);
        bad.listening_ipp.port = 70'000;
        b.node.received(4, bad, b.effects);
        CHECK(b.node.names() == 1);
        CHECK(b.node.searches() == 0);
        CHECK(b.effects.complaints.size() == 4);
        CHECK_FALSE(b.effects.complaints.front().close);
    }
}

TEST_CASE("a child that lists too much is to be closed, and takes nothing with it") {
    const auto flooded = [](NodeLimits limits, auto flood) {
        Bench b(Scope::HOST, limits);
        b.node.child_connected(3, "127.0.0.1");
        b.node.child_connected(4, "127.0.0.1");
        b.node.received(3, Bench::published(1, "svc", Scope::HOST, home3), b.effects);
        for (int i = 0; i < 100; ++i)
            flood(b, i);
        REQUIRE(b.effects.complaints.size() == 1);
        CHECK(b.effects.complaints.front().child == 4);
        CHECK(b.effects.complaints.front().close);
        CHECK(b.node.names() + b.node.searches() <= 11);
        b.node.child_lost(4, b.effects);
        CHECK(b.node.names() == 1);
        return b.effects.complaints.front().text;
    };
    const auto name = [](Bench& b, int i) {
        b.node.received(4, Bench::published(i + 2, fmt::format("x{}", i), Scope::HOST, home4), b.effects);
    };
    const auto search = [](Bench& b, int i) {
        b.node.received(4, Bench::subscribed(i + 2, fmt::format("x{}", i), Scope::HOST, home4), b.effects);
    };
    const auto pattern = [](Bench& b, int i) {
        b.node.received(4, Bench::subscribed(i + 2, fmt::format("x{}.*", i), Scope::HOST, home4), b.effects);
    };
    CHECK(flooded({.names = 10}, name) == "closed: it lists more than 10 names");
    CHECK(flooded({.searches = 10}, search) == "closed: it lists more than 10 searches");
    CHECK(flooded({.patterns = 10}, pattern) == "closed: it lists more than 10 patterns");
    CHECK(flooded({.bytes = 20}, name) == "closed: it lists more than 20 bytes of text");
}

TEST_CASE("a child that publishes one name again and again has it once") {
    Bench b(Scope::HOST);
    b.node.child_connected(3, "127.0.0.1");
    b.node.child_connected(4, "127.0.0.1");
    b.node.received(3, Bench::published(1, "svc", Scope::HOST, home3), b.effects);
    for (int i = 0; i < 1000; ++i)
        b.node.received(4, Bench::published(i + 2, "svc", Scope::HOST, home4), b.effects);
    b.node.child_lost(3, b.effects);
    CHECK(number_of(b.node.find("svc")->published_id) == 2);
    b.node.child_lost(4, b.effects);
    CHECK(b.node.names() == 0);
}

TEST_CASE("a listing that comes again as it was is nothing new, a changed one replaces it") {
    Bench b(Scope::HOST);
    b.node.parent_connected(parent, b.effects);
    b.node.child_connected(3, "127.0.0.1");
    b.node.child_connected(4, "127.0.0.1");
    b.node.received(4, Bench::subscribed(7, "svc", Scope::LAN, home4), b.effects);
    auto p = Bench::published(1, "svc", Scope::LAN, home3);
    b.node.received(3, p, b.effects);
    b.done();
    b.node.received(3, p, b.effects);
    CHECK(b.done() == "");
    p.listening_ipp.port = 2000;
    b.node.received(3, p, b.effects);
    CHECK(b.done() == "[16,4] over s7; [16,4] route 7-1 127.0.0.1:2000; [9] clear p1; [9] p1");
}

TEST_CASE("much goes up in messages that fit into a frame") {
    Bench b(Scope::HOST);
    b.node.child_connected(3, "127.0.0.1");
    for (int i = 0; i < 20'000; ++i)
        b.node.received(3, Bench::published(i, fmt::format("{:0>100}", i), Scope::LAN, home3), b.effects);
    b.node.parent_connected(parent, b.effects);
    std::size_t count = 0;
    for (const auto& message : b.effects.messages) {
        const auto* all = message.content.get<PublishedDirectory>();
        REQUIRE(all);
        CHECK(all->published.size() < 700);
        count += all->published.size();
    }
    CHECK(count == 20'000);
    b.effects.messages.clear();
    b.node.child_lost(3, b.effects);
    count = 0;
    for (const auto& message : b.effects.messages)
        count += message.content.get<ClearListings>()->publishers.size();
    CHECK(count == 20'000);
}

TEST_CASE("a new pattern is compared with many names little by little, and each match is told once") {
    Bench b(Scope::HOST);
    b.node.child_connected(3, "127.0.0.1");
    b.node.child_connected(4, "127.0.0.1");
    for (int i = 0; i < 10'000; ++i)
        b.node.received(3, Bench::published(i, fmt::format("x{}", i), Scope::HOST, home3), b.effects);
    b.node.received(4, Bench::subscribed(20'001, ".*7", Scope::HOST, home4), b.effects);
    b.node.received(4, Bench::subscribed(20'002, ".*", Scope::HOST, home4), b.effects);
    b.node.received(4, Bench::subscribed(20'003, ".*3", Scope::HOST, home4), b.effects);
    CHECK(b.effects.more);
    CHECK(b.effects.messages.size() < 1'000);
    b.node.received(3, Bench::published(10'007, "x00007", Scope::HOST, home3), b.effects); // behind what was compared
    b.node.received(3, Bench::published(10'017, "z7", Scope::HOST, home3), b.effects);     // before it
    b.node.received(4, ClearListings{{uuid(20'003)}, {}}, b.effects);
    b.node.received(3, ClearListings{{}, {uuid(4)}}, b.effects);
    int turns = 0;
    while (std::exchange(b.effects.more, false)) {
        b.node.go_on(b.effects);
        ++turns;
    }
    CHECK(turns > 15);
    std::map<int, std::set<int>> told;
    for (const auto& message : b.effects.messages)
        if (const auto* route = message.content.get<RouteOverLoop>(); route && number_of(route->published_id) != 4)
            CHECK(told[number_of(route->subscribed_id)].insert(number_of(route->published_id)).second);
    CHECK(told[20'001].size() == 1'002);
    CHECK(told[20'002].size() == 10'001);
    CHECK(b.node.routes() == 1'002 + 10'001);
}
