#include <future>
#include <layer_cake/directory/survey.hpp>
#include <tests/directory/answerers.hpp>

using namespace answerers;

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

TEST_CASE("a listing of any length is told in parts, and a silent child holds up nobody") {
    constexpr int names = 3'000;
    NodeProcess host(Scope::HOST);
    Process client(host.place);
    std::promise<void> there;
    client.start([&](lc::Self& self) -> lc::Any {
        watch_routes(self, "flood-.*", Scope::HOST);
        watch_routes(self, "nobody", Scope::HOST);
        for (int found = 0; found < names; ++found)
            REQUIRE(self.select<RouteOverLoop>(10s).is<RouteOverLoop>());
        there.set_value();
        return self.select<lc::Stop>();
    });
    Process server(host.place);
    server.start([&](lc::Self& self) -> lc::Any {
        for (int i = 0; i < names; ++i)
            publish_port(self, "flood-" + std::to_string(i) + std::string(100, '\x01'), Scope::HOST, {"127.0.0.1", 1});
        for (;;)
            if (self.input().is<lc::Stop>()) return lc::Aborted{};
    });
    there.get_future().wait();
    lc::Runtime silent;
    std::promise<void> connected;
    silent.start([&](lc::Self& self) -> lc::Any {
        lc::connect(self, host.place);
        REQUIRE(self.select<lc::Connected>(5s).is<lc::Connected>());
        connected.set_value();
        return self.select<lc::Stop>();
    });
    connected.get_future().wait();
    lc::Runtime asker;
    asker.run([&](lc::Self& self) -> lc::Any {
        lc::connect(self, host.place);
        const auto proxy = self.select<lc::Connected>(5s).get<lc::Connected>()->proxy_address;
        const auto top = survey(self, proxy, {5s, 2s});
        REQUIRE(top);
        CHECK(is_whole(*top));
        std::set<std::string> published;
        for (const auto& one : top->listing.published)
            published.insert(one.name);
        CHECK(published.size() == names);
        CHECK(top->listing.published.size() == names);
        CHECK(top->listing.subscribed.size() == 2);
        CHECK(top->listing.routed.size() == names);
        CHECK(top->below.size() == 2);
        CHECK(top->silent.size() == 2); // this one does not answer, either
        return {};
    });
    silent.stop(5s);
}

TEST_CASE("of the places that are told of a directory the first that answers is used, while it does") {
    NodeProcess one(Scope::HOST), two(Scope::LAN), three(Scope::LAN);
    one.runtime.send(ConnectAbove{{"127.0.0.1", 1}}, one.node); // nobody is there
    Process client(one.place);
    client.runtime.run([&](lc::Self& self) -> lc::Any {
        const auto top = [&] {
            auto listing = self.ask<DirectoryListing>(ListDirectory{}, process_directory(self), 5s);
            return listing ? listing->accept_directories_at : lc::HostPort{};
        };
        while (top() != two.place) { // each is tried before another is
            one.runtime.send(ConnectAbove{two.place}, one.node);
            self.delay(10ms);
        }
        one.runtime.send(ConnectAbove{three.place}, one.node);
        CHECK(top() == two.place);
        return {};
    });
}

TEST_CASE("directories that are each other's parents answer nevertheless") {
    NodeProcess one(Scope::HOST);
    NodeProcess two(Scope::HOST, one.place);
    one.runtime.send(ConnectAbove{two.place}, one.node);
    Process client(two.place);
    client.runtime.run([&](lc::Self& self) -> lc::Any {
        lc::publish(self, "svc", Scope::LAN);
        CHECK(self.select<lc::Published>(5s).is<lc::Published>());
        for (int i = 0; i < 20; ++i) {
            CHECK(self.ask<DirectoryListing>(ListDirectory{}, process_directory(self), 5s));
            self.delay(10ms);
        }
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
