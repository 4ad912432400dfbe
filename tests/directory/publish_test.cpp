#include <future>
#include <tests/directory/answerers.hpp>

using namespace answerers;

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

TEST_CASE(
    "objects of a library process and of the one it belongs to find each other, without connections of their own") {
    Process owner({});
    std::promise<lc::HostPort> place;
    std::promise<void> dropped;
    owner.start([&](lc::Self& self) -> lc::Any {
        auto at = self.ask<lc::HostPort>(lc::Enquiry{}, process_directory(self), 5s);
        REQUIRE(at);
        lc::publish(self, "owner", Scope::PROCESS);
        lc::subscribe(self, "library-[a-z]", Scope::PROCESS);
        place.set_value(*at);
        CHECK(said(self, available(self)) == 11);
        bool asked = false;
        for (;;) {
            auto m = self.input();
            if (auto* say = m.get<Say>()) {
                asked = true;
                self.reply(Say{say->number + 1});
            } else if (m.is<Dropped>() && asked) {
                dropped.set_value();
            } else if (m.is<lc::Stop>()) {
                return lc::Aborted{};
            }
        }
    });
    Process library(place.get_future().get(), Scope::LIBRARY);
    std::promise<void> asked;
    library.start([&](lc::Self& self) -> lc::Any {
        lc::publish(self, "library-a", Scope::PROCESS);
        lc::subscribe(self, "owner", Scope::PROCESS);
        lc::Address owner;
        for (bool answered = false; !answered || !owner;) {
            auto m = self.input(10s);
            REQUIRE_FALSE(m.is<lc::TimedOut>());
            if (auto* say = m.get<Say>()) {
                self.reply(Say{say->number + 10});
                answered = true;
            } else if (auto* found = m.get<lc::Available>()) {
                owner = found->publisher_address;
            }
        }
        CHECK(said(self, owner) == 2);
        asked.set_value();
        return self.select<lc::Stop>();
    });
    asked.get_future().wait();
    library.stop();
    dropped.get_future().wait();
}
