#include <doctest/doctest.h>
#include <future>
#include <layer_cake/layer_cake.hpp>
#include <tests/directory/processes.hpp>

namespace lc = layer_cake;
using namespace lc::directory;
using namespace std::chrono_literals;

namespace {

struct Say {
    int number = 0;
};
LAYER_CAKE_MESSAGE(Say, number)

/// Publishes, and answers with what it was told plus `add`.
auto answerer(std::string name, Scope scope, int add) {
    return [=](lc::Self& self) -> lc::Any {
        lc::publish(self, name, scope);
        for (;;) {
            auto m = self.input();
            if (auto* say = m.get<Say>())
                self.reply(Say{say->number + add});
            else if (m.is<lc::Stop>())
                return lc::Aborted{};
        }
    };
}

/// The next Available, which is to come.
lc::Address available(lc::Self& self, lc::Available* about = nullptr) {
    auto m = self.select<lc::Available>(10s);
    auto* available = m.get<lc::Available>();
    REQUIRE(available);
    if (about) *about = *available;
    return available->publisher_address;
}

int said(lc::Self& self, const lc::Address& to) {
    auto answer = self.ask<Say>(Say{1}, to, 5s);
    return answer ? answer->number : -1;
}

} // namespace

TEST_CASE("two objects of one process find each other, without a connection") {
    for (const bool publisher_first : {true, false}) {
        Process process({});
        process.runtime.run([&](lc::Self& self) -> lc::Any {
            if (publisher_first) self.create(answerer("svc", Scope::PROCESS, 1));
            lc::subscribe(self, "s.c", Scope::PROCESS);
            CHECK(self.select<lc::Subscribed>(5s).is<lc::Subscribed>());
            if (!publisher_first) self.create(answerer("svc", Scope::PROCESS, 1));
            lc::Available about;
            const auto to = available(self, &about);
            CHECK(to.is_local());
            CHECK(about.name == "svc");
            CHECK(about.scope == Scope::PROCESS);
            CHECK(said(self, to) == 2);
            self.send(lc::Stop{}, to);
            CHECK(self.select<lc::Dropped>(5s).is<lc::Dropped>());
            return {};
        });
        CHECK(process.runtime.counts().dead_letters == 0);
    }
}

TEST_CASE("two processes below a node find each other, whoever is first") {
    NodeProcess host(Scope::HOST);
    for (const bool publisher_first : {true, false}) {
        Process server(host.place), client(host.place);
        std::future<void> stopped;
        if (publisher_first) server.start(answerer("svc", Scope::HOST, 10));
        client.runtime.run([&](lc::Self& self) -> lc::Any {
            lc::subscribe(self, "svc");
            CHECK(self.select<lc::Subscribed>(5s).is<lc::Subscribed>());
            if (!publisher_first) server.start(answerer("svc", Scope::HOST, 10));
            const auto to = available(self);
            CHECK(said(self, to) == 11);
            stopped = std::async(std::launch::async, [&] { server.stop(); });
            auto dropped = self.select<lc::Dropped>(5s);
            REQUIRE(dropped.is<lc::Dropped>());
            CHECK(dropped.get<lc::Dropped>()->remote_address == to);
            return {};
        });
    }
}

TEST_CASE("the nearest publisher is in session; the other takes over and gives way again") {
    NodeProcess lan(Scope::LAN), host(Scope::HOST, lan.place), group(Scope::GROUP, host.place);
    NodeProcess host2(Scope::HOST, lan.place);
    Process near(group.place), far(host2.place), client(group.place);
    std::future<void> stopped;
    far.start(answerer("svc", Scope::LAN, 100));
    client.runtime.run([&](lc::Self& self) -> lc::Any {
        lc::subscribe(self, "svc", Scope::LAN);
        lc::Available about;
        CHECK(said(self, available(self, &about)) == 101);
        CHECK(about.scope == Scope::LAN);
        near.start(answerer("svc", Scope::LAN, 10));
        CHECK(self.select<lc::Dropped>(5s).is<lc::Dropped>());
        CHECK(said(self, available(self, &about)) == 11);
        CHECK(about.scope == Scope::GROUP);
        stopped = std::async(std::launch::async, [&] { near.stop(); });
        CHECK(self.select<lc::Dropped>(5s).is<lc::Dropped>());
        CHECK(said(self, available(self, &about)) == 101);
        CHECK(about.scope == Scope::LAN);
        return {};
    });
}

TEST_CASE("a publisher hears of its subscribers") {
    NodeProcess host(Scope::HOST);
    Process server(host.place), client(host.place);
    std::future<void> stopped;
    client.start([](lc::Self& self) -> lc::Any {
        lc::subscribe(self, "svc");
        for (;;)
            if (auto m = self.input(); auto* say = m.get<Say>())
                self.reply(Say{say->number * 2});
            else if (m.is<lc::Stop>())
                return lc::Aborted{};
    });
    server.runtime.run([&](lc::Self& self) -> lc::Any {
        lc::publish(self, "svc");
        auto published = self.select<lc::Published>(5s);
        REQUIRE(published.is<lc::Published>());
        CHECK(*published.get<lc::Published>()->listening_ipp.port > 0);
        auto delivered = self.select<lc::Delivered>(5s);
        REQUIRE(delivered.is<lc::Delivered>());
        CHECK(said(self, delivered.get<lc::Delivered>()->subscriber_address) == 2);
        stopped = std::async(std::launch::async, [&] { client.stop(); });
        CHECK(self.select<lc::Dropped>(5s).is<lc::Dropped>());
        return {};
    });
}

TEST_CASE("what cannot be is answered with the reason") {
    Process process({});
    process.runtime.run([&](lc::Self& self) -> lc::Any {
        lc::publish(self, "svc", Scope::PROCESS);
        CHECK(self.select<lc::Published>(5s).is<lc::Published>());
        lc::publish(self, "svc", Scope::PROCESS);
        auto refused = self.select<lc::NotPublished>(5s);
        REQUIRE(refused.is<lc::NotPublished>());
        CHECK(refused.get<lc::NotPublished>()->note == "already published");
        lc::subscribe(self, "(?=a)");
        auto bad = self.select<lc::NotSubscribed>(5s);
        REQUIRE(bad.is<lc::NotSubscribed>());
        CHECK(bad.get<lc::NotSubscribed>()->note == "bad pattern \"(?=a)\": invalid perl operator");
        lc::subscribe(self, "svc", Scope::PROCESS);
        lc::subscribe(self, "svc", Scope::PROCESS);
        auto again = self.select<lc::NotSubscribed>(5s);
        REQUIRE(again.is<lc::NotSubscribed>());
        CHECK(again.get<lc::NotSubscribed>()->note == "already subscribed");
        return {};
    });
}

TEST_CASE("withdrawing ends the sessions, on both sides, and the name is free again") {
    NodeProcess host(Scope::HOST);
    Process server(host.place), client(host.place);
    server.start([](lc::Self& self) -> lc::Any {
        lc::publish(self, "svc");
        CHECK(self.select<lc::Delivered>(5s).is<lc::Delivered>());
        CHECK(self.select<Say>(5s).is<Say>()); // the other has heard of it, too
        lc::clear_published(self, "svc");
        CHECK(self.select<lc::Dropped>(5s).is<lc::Dropped>());
        auto cleared = self.select<lc::PublishedCleared>(5s);
        REQUIRE(cleared.is<lc::PublishedCleared>());
        CHECK(cleared.get<lc::PublishedCleared>()->published_id);
        lc::publish(self, "svc");
        CHECK(self.select<lc::Delivered>(5s).is<lc::Delivered>());
        CHECK(self.select<lc::Dropped>(5s).is<lc::Dropped>());
        return self.input();
    });
    client.runtime.run([&](lc::Self& self) -> lc::Any {
        lc::subscribe(self, "svc");
        self.send(Say{}, available(self));
        CHECK(self.select<lc::Dropped>(5s).is<lc::Dropped>());
        available(self);
        lc::clear_subscribed(self, "svc");
        CHECK(self.select<lc::Dropped>(5s).is<lc::Dropped>());
        CHECK(self.select<lc::SubscribedCleared>(5s).is<lc::SubscribedCleared>());
        return {};
    });
}

TEST_CASE("when a node is back its names are, and the sessions have not noticed") {
    auto host = std::make_unique<NodeProcess>(Scope::HOST);
    const auto place = host->place;
    Process server(place), client(place);
    std::future<void> stopped;
    server.start(answerer("svc", Scope::HOST, 10));
    client.runtime.run([&](lc::Self& self) -> lc::Any {
        lc::subscribe(self, "svc.*");
        const auto to = available(self);
        host.reset();
        CHECK(said(self, to) == 11);
        host = std::make_unique<NodeProcess>(Scope::HOST, std::nullopt, static_cast<int>(*place.port));
        Process other(place);
        other.start(answerer("svc-2", Scope::HOST, 20));
        const auto second = available(self);
        CHECK(said(self, second) == 21);
        CHECK(said(self, to) == 11);
        stopped = std::async(std::launch::async, [&] { server.stop(); });
        auto dropped = self.select<lc::Dropped>(5s);
        REQUIRE(dropped.is<lc::Dropped>());
        CHECK(dropped.get<lc::Dropped>()->remote_address == to);
        return {};
    });
}

TEST_CASE("encrypted sessions, and an encrypted directory") {
    Process server({}), client({});
    NodeOptions options{.scope = Scope::HOST, .accept_at = lc::HostPort{"127.0.0.1", 0}, .encrypted = true};
    lc::Runtime host;
    std::promise<lc::HostPort> place;
    host.start([&](lc::Self& self) -> lc::Any {
        const auto node = create_node(self, options);
        place.set_value(*self.ask<lc::HostPort>(lc::Enquiry{}, node, 5s));
        return self.input();
    });
    const auto at = place.get_future().get();
    for (auto* process : {&server, &client})
        provide_directory(process->runtime, {.connect_to = at, .encrypted = true});
    server.start([](lc::Self& self) -> lc::Any {
        lc::publish(self, "svc", Scope::HOST, true);
        for (;;)
            if (auto m = self.input(); m.is<Say>())
                self.reply(Say{5});
            else if (m.is<lc::Stop>())
                return m;
    });
    client.runtime.run([&](lc::Self& self) -> lc::Any {
        lc::subscribe(self, "svc");
        CHECK(said(self, available(self)) == 5);
        return {};
    });
    REQUIRE(host.stop(5s));
}

TEST_CASE("many sessions with one place share a connection") {
    NodeProcess host(Scope::HOST);
    Process server(host.place), client(host.place);
    server.start(answerer("svc", Scope::HOST, 1));
    client.runtime.run([&](lc::Self& self) -> lc::Any {
        constexpr int count = 20;
        for (int i = 0; i < count; ++i)
            self.create([](lc::Self& self) -> lc::Any {
                lc::subscribe(self, "svc");
                return Say{said(self, available(self))};
            });
        for (int i = 0; i < count; ++i) {
            auto returned = self.input();
            REQUIRE(returned.is<lc::Returned>());
            CHECK(returned.get<lc::Returned>()->message.get<Say>()->number == 2);
        }
        return {};
    });
}

namespace {

/// A child of a node that says what no directory would: sends what `next` makes until it is cut.
std::string cut_off(const lc::HostPort& node, const std::function<lc::Any(lc::Self&, int)>& next) {
    lc::Runtime runtime;
    auto value = runtime.run([&](lc::Self& self) -> lc::Any {
        lc::connect(self, node);
        auto m = self.select<lc::Connected>(5s);
        REQUIRE(m.is<lc::Connected>());
        const auto proxy = m.get<lc::Connected>()->proxy_address;
        for (int i = 0;; ++i) {
            for (int j = 0; j < 100; ++j)
                self.send(next(self, i * 100 + j), proxy);
            if (auto closed = self.select<lc::Closed>(1ms); closed.is<lc::Closed>()) return closed;
            if (i == 5'000) return lc::Closed{.note = "it was never cut"};
        }
    });
    return value.get<lc::Closed>()->note;
}

Published name(lc::Self& self, int number) {
    Published made;
    made.name = "flood-" + std::to_string(number);
    made.published_id = lc::Uuid::make();
    made.listening_ipp = {"127.0.0.1", 1};
    made.home_address = self.address();
    return made;
}

} // namespace

TEST_CASE("a child that floods is cut, its names are gone, and the others have noticed nothing") {
    NodeProcess host(Scope::HOST, std::nullopt, 0, {.names = 2'000, .searches = 2'000, .patterns = 200});
    Process server(host.place), client(host.place);
    server.start(answerer("svc", Scope::HOST, 1));
    client.runtime.run([&](lc::Self& self) -> lc::Any {
        lc::subscribe(self, "svc|flood-1999");
        const auto to = available(self);
        const auto cut = std::async(std::launch::async, [&] {
            CHECK(cut_off(host.place, name) == "");
            CHECK(cut_off(host.place, [](lc::Self& self, int number) {
                      return Subscribed{"x" + std::to_string(number) + ".*", Scope::HOST, lc::Uuid::make(),
                                        self.address()};
                  }) == "");
        });
        cut.wait();
        CHECK(said(self, to) == 2);
        lc::publish(self, "flood-5"); // nobody has it any more
        CHECK(self.select<lc::Published>(5s).is<lc::Published>());
        CHECK(self.select<lc::Dropped>(20ms).is<lc::TimedOut>());
        return {};
    });
}

TEST_CASE("a child that changes its listings without end is cut") {
    NodeProcess host(Scope::HOST, std::nullopt, 0, {.changes = 5'000, .changes_a_second = 100});
    lc::Uuid last;
    CHECK(cut_off(host.place, [&](lc::Self& self, int number) -> lc::Any {
              if (number % 2 == 1) return ClearListings{{}, {last}};
              auto made = name(self, number);
              last = made.published_id;
              return made;
          }) == "");
}

TEST_CASE("an allowance is used up, and comes back with time") {
    lc::ManualClock clock;
    Allowance allowance(10, 2, clock.now());
    CHECK(allowance.take(8, clock.now()));
    CHECK_FALSE(allowance.take(3, clock.now()));
    CHECK(allowance.take(2, clock.now()));
    clock.advance(1s);
    CHECK_FALSE(allowance.take(3, clock.now()));
    CHECK(allowance.take(2, clock.now()));
    clock.advance(1h);
    CHECK_FALSE(allowance.take(11, clock.now()));
    CHECK(allowance.take(10, clock.now()));
}

TEST_CASE("a message of the directory from the wrong side changes nothing") {
    NodeProcess host(Scope::HOST);
    Process server(host.place), client(host.place);
    server.start(answerer("svc", Scope::HOST, 1));
    std::promise<void> in_session;
    client.start([&](lc::Self& self) -> lc::Any {
        lc::subscribe(self, "svc");
        const auto to = available(self);
        in_session.set_value();
        CHECK(self.select<lc::Dropped>().is<lc::Stop>()); // no Dropped before
        CHECK(said(self, to) == 2);
        return lc::Aborted{};
    });
    in_session.get_future().wait();
    lc::Runtime stranger;
    stranger.run([&](lc::Self& self) -> lc::Any {
        lc::connect(self, host.place);
        const auto proxy = self.select<lc::Connected>(5s).get<lc::Connected>()->proxy_address;
        self.send(RouteOverLoop{}, proxy);
        self.send(ClearSubscriberRoute{}, proxy);
        self.send(Advisory{"svc", Scope::HOST, {}}, proxy);
        self.send(PublishAs{"other", Scope::HOST, self.address(), false}, proxy);
        self.send(lc::directory::ClearPublished{"svc", Scope::HOST, std::nullopt, {}}, proxy);
        self.send(OpenDirectory{}, proxy);
        self.send(lc::Enquiry{}, proxy);
        self.send(lc::Stop{}, proxy);
        return {};
    });
    lc::Runtime asker;
    asker.run([&](lc::Self& self) -> lc::Any {
        lc::connect(self, host.place);
        const auto proxy = self.select<lc::Connected>(5s).get<lc::Connected>()->proxy_address;
        auto listing = self.ask<DirectoryListing>(GetDirectory{}, proxy, 5s);
        REQUIRE(listing);
        CHECK(listing->published.size() == 1);
        CHECK(listing->published.front().name == "svc");
        CHECK(listing->subscribed.size() == 1);
        CHECK(listing->routed.size() == 1);
        CHECK(listing->executable == "node");
        CHECK(self.ask<lc::Ping>(lc::Ping{}, proxy, 5s));
        // down the tree: both processes, and this one
        int found = 0;
        for (const auto& [place, address] : listing->sub_directory) {
            auto below = self.ask<DirectoryListing>(GetDirectory{}, address, 2s);
            if (below && below->executable == "process") {
                ++found;
                CHECK(below->scope == Scope::PROCESS);
                for (const auto& [id, peer] : below->peer)
                    CHECK(peer.session.size() == 1);
                CHECK(self.ask<lc::Ping>(lc::Ping{}, below->directory_address, 5s));
            }
        }
        CHECK(found == 2);
        return {};
    });
}

TEST_CASE("the directory of a process is asked as any node is, and hands on what is for the topmost") {
    NodeProcess lan(Scope::LAN), host(Scope::HOST, lan.place);
    Process process(host.place);
    process.runtime.run([&](lc::Self& self) -> lc::Any {
        const auto own = process_directory(self);
        CHECK(self.ask<DirectoryOpened>(OpenDirectory{}, own, 5s));
        auto listing = self.ask<DirectoryListing>(GetDirectory{}, own, 5s);
        REQUIRE(listing);
        CHECK(listing->scope == Scope::PROCESS);
        CHECK(listing->connect_to_directory == host.place);
        CHECK(self.ask<lc::HostPort>(lc::Enquiry{}, own, 5s));
        CHECK(self.ask<lc::Ping>(lc::Ping{}, own, 5s));
        lc::subscribe(self, "nobody");
        CHECK(self.select<lc::Subscribed>(5s).is<lc::Subscribed>());
        lc::Scope top = Scope::PROCESS;
        for (int i = 0; i < 500 && top != Scope::LAN; ++i) { // the host may still be connecting
            auto all = self.ask<DirectoryListing>(ListDirectory{}, own, 5s);
            REQUIRE(all);
            top = all->scope;
            self.delay(10ms);
        }
        CHECK(top == Scope::LAN);
        return {};
    });
    Process alone({});
    alone.runtime.run([&](lc::Self& self) -> lc::Any {
        const auto own = process_directory(self);
        CHECK(self.ask<DirectoryOpened>(OpenDirectory{}, own, 5s)); // there is nothing to wait for
        auto all = self.ask<DirectoryListing>(ListDirectory{}, own, 5s);
        REQUIRE(all);
        CHECK(all->scope == Scope::PROCESS);
        return {};
    });
}

TEST_CASE("a port of something else is published, and routes are told to who only watches") {
    NodeProcess host(Scope::HOST);
    Process publisher(host.place), watcher(host.place);
    publisher.start([](lc::Self& self) -> lc::Any {
        publish_port(self, "redis", Scope::HOST, {"127.0.0.1", 6390});
        CHECK(self.select<lc::Published>(5s).is<lc::Published>());
        return self.select<lc::Dropped>();
    });
    std::future<void> stopped;
    watcher.runtime.run([&](lc::Self& self) -> lc::Any {
        watch_routes(self, "redis", Scope::HOST);
        auto m = self.select<RouteOverLoop>(5s);
        auto* route = m.get<RouteOverLoop>();
        REQUIRE(route);
        CHECK(route->ipp == lc::HostPort{"127.0.0.1", 6390});
        stopped = std::async(std::launch::async, [&] { publisher.stop(); });
        CHECK(self.select<ClearSubscriberRoute>(5s).is<ClearSubscriberRoute>());
        return {};
    });
}
