#include <doctest/doctest.h>
#include <fmt/format.h>
#include <future>
#include <layer_cake/directory/survey.hpp>
#include <layer_cake/realm/memory_carrier.hpp>
#include <tests/realm/site.hpp>

/// Sites in one process: nodes, programs and sessions as they are, over a memory carrier.
using namespace answerers;
namespace rm = layer_cake::realm;

namespace {

rm::RealmOptions realm_options(rm::MemoryHub& hub, const std::string& site) {
    rm::RealmOptions options;
    options.realm = "shop";
    options.site = site;
    options.node = "a";
    options.host = "127.0.0.1";
    options.carrier = [&hub] { return hub.carrier(); };
    return options;
}

} // namespace

TEST_CASE("a publisher of one site is found at another, talked to, and gone when it ends") {
    rm::MemoryHub hub;
    Site north(realm_options(hub, "north")), south(realm_options(hub, "south"));
    NodeProcess host(Scope::HOST, north.place);
    Process server(host.place), client(south.place);
    server.start(answerer("texture", Scope::REALM, 1));
    std::future<void> stopped;
    client.runtime.run([&](lc::Self& self) -> lc::Any {
        lc::subscribe(self, "texture", Scope::WAN);
        lc::Available about;
        const auto to = available(self, &about);
        CHECK(about.scope == Scope::WAN);
        CHECK(said(self, to) == 2);
        stopped = std::async(std::launch::async, [&] { server.stop(); });
        CHECK(self.select<lc::Dropped>(10s).is<lc::Dropped>());
        return {};
    });
}

TEST_CASE("names of narrower scope stay in their site") {
    rm::MemoryHub hub;
    Site north(realm_options(hub, "north")), south(realm_options(hub, "south"));
    Process server(north.place), wide(north.place), client(south.place);
    server.start(answerer("svc:lan", Scope::LAN, 1));
    wide.start(answerer("svc:wan", Scope::WAN, 2));
    client.runtime.run([&](lc::Self& self) -> lc::Any {
        lc::subscribe(self, "svc:.*", Scope::WAN);
        CHECK(said(self, available(self)) == 3);
        CHECK(self.select<lc::Available>(50ms).is<lc::TimedOut>());
        return {};
    });
}

TEST_CASE("the nearer publisher is taken, another site's when it ends, and the nearer again when it is back") {
    rm::MemoryHub hub;
    Site north(realm_options(hub, "north")), south(realm_options(hub, "south"));
    NodeProcess host(Scope::HOST, south.place);
    Process far(north.place), client(host.place);
    far.start(answerer("svc", Scope::WAN, 100));
    auto near = std::make_unique<Process>(host.place);
    near->start(answerer("svc", Scope::WAN, 1));
    client.runtime.run([&](lc::Self& self) -> lc::Any {
        lc::subscribe(self, "svc", Scope::WAN);
        lc::Available about;
        auto to = available(self, &about);
        while (about.scope != Scope::HOST) // whichever is told first
            to = available(self, &about);
        CHECK(said(self, to) == 2);
        const auto stopped = std::async(std::launch::async, [&] { near.reset(); });
        CHECK(self.select<lc::Dropped>(10s).is<lc::Dropped>());
        to = available(self, &about);
        CHECK(about.scope == Scope::WAN);
        CHECK(said(self, to) == 101);
        stopped.wait();
        near = std::make_unique<Process>(host.place);
        near->start(answerer("svc", Scope::WAN, 1));
        to = available(self, &about);
        CHECK(about.scope == Scope::HOST);
        CHECK(said(self, to) == 2);
        return {};
    });
}

TEST_CASE("a host's node joins a realm itself, and two nodes of one site are one site") {
    rm::MemoryHub hub;
    Site host(realm_options(hub, "north"), Scope::HOST), a(realm_options(hub, "south"));
    auto b = std::make_unique<Site>(realm_options(hub, "south"));
    Process server(host.place), client_a(a.place);
    server.start(answerer("svc", Scope::WAN, 1));
    {
        Process client_b(b->place);
        client_b.runtime.run([&](lc::Self& self) -> lc::Any {
            lc::subscribe(self, "svc", Scope::WAN);
            CHECK(said(self, available(self)) == 2);
            return {};
        });
    }
    client_a.runtime.run([&](lc::Self& self) -> lc::Any {
        lc::subscribe(self, "svc", Scope::WAN);
        const auto to = available(self);
        b.reset();
        CHECK(said(self, to) == 2);
        CHECK(self.select<lc::Dropped>(50ms).is<lc::TimedOut>());
        return {};
    });
}

TEST_CASE("the realm's object is the topmost node to who asks, and knows who is there") {
    rm::MemoryHub hub;
    Site north(realm_options(hub, "north")), south(realm_options(hub, "south"));
    Process server(north.place), client(south.place);
    server.start(answerer("svc", Scope::WAN, 1));
    client.runtime.run([&](lc::Self& self) -> lc::Any {
        lc::subscribe(self, "svc", Scope::WAN);
        CHECK(said(self, available(self)) == 2);
        auto listing = self.ask<DirectoryListing>(ListDirectory{}, process_directory(self), 5s);
        REQUIRE(listing);
        CHECK(listing->scope == Scope::WAN);
        CHECK(listing->executable == "realm shop");
        REQUIRE(listing->published.size() == 1);
        CHECK(listing->published[0].name == "svc");
        CHECK(listing->routed.size() == 1);
        REQUIRE(listing->sub_directory.size() >= 1);
        auto below = self.ask<DirectoryListing>(GetDirectory{}, listing->sub_directory.at(south.place), 5s);
        REQUIRE(below);
        CHECK(below->executable == "south");
        CHECK(self.ask<lc::Ping>(lc::Ping{}, listing->directory_address, 5s));
        auto state = self.ask<rm::RealmState>(rm::GetState{}, listing->directory_address, 5s);
        REQUIRE(state);
        CHECK(state->site == "south");
        CHECK(state->is_connected);
        CHECK(state->names == 1);
        REQUIRE(state->members.size() == 1);
        CHECK(state->members[0].site == "north");
        CHECK(state->members[0].names == 1);
        for (int i = 0; i < 2; ++i) { // the other site's, and on from there
            auto far = self.ask<DirectoryListing>(GetDirectory{}, listing->sub_directory.at(north.place), 5s);
            REQUIRE(far);
            CHECK(far->executable == "north");
            REQUIRE(far->published.size() == 1);
            CHECK(self.ask<lc::Ping>(lc::Ping{}, far->directory_address, 5s));
        }
        auto top = survey(self, process_directory(self), {});
        REQUIRE(top);
        CHECK(all_of(*top).size() == 5); // the realm's, and node and process of each site
        CHECK(top->silent.empty());
        return {};
    });
}
