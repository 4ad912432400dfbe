#include "tests/core/temporary_folder.hpp"
#include "tests/realm/carrier_events.hpp"
#include "tests/realm/nats_credentials.hpp"
#include "tests/realm/nats_server.hpp"
#include <algorithm>
#include <doctest/doctest.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/realm/nats_carrier.hpp>
#include <layer_cake/realm/nkey.hpp>

using namespace layer_cake;
using namespace layer_cake::realm;
using namespace std::chrono_literals;
using layer_cake::testing::CarrierEvents;
using Server = layer_cake::testing::NatsServer;

namespace {

NatsOptions options_for(std::initializer_list<const Server*> servers) {
    NatsOptions options;
    for (const auto* server : servers)
        options.servers.push_back(*parse_nats_server(server->url()));
    options.name = "test";
    options.patience = 400ms;
    return options;
}

/// A carrier with what it watches; it is connected when that is in force.
struct Site {
    explicit Site(NatsOptions options, std::initializer_list<const char*> subjects = {}, std::string share = {})
        : carrier(std::move(options)) {
        for (const auto* subject : subjects)
            carrier.watch(subject, share);
        carrier.open(events.sink());
    }
    explicit Site(const Server& server, std::initializer_list<const char*> subjects = {}, std::string share = {})
        : Site(options_for({&server}), subjects, std::move(share)) {
        REQUIRE(events.next<CarrierUp>());
    }

    CarrierEvents events;
    NatsCarrier carrier;
};

} // namespace

TEST_CASE("nats: what is published arrives at all others who watch, and not here") {
    Server server;
    Site a(server, {"x.*", "end"}), b(server, {"x.>"}), c(server, {"x.1"});
    CHECK(a.carrier.publish("x.1", "one", "answers.here"));
    CHECK(b.carrier.publish("end", "two"));
    const auto at_b = b.events.next<Carried>(), at_c = c.events.next<Carried>(), at_a = a.events.next<Carried>();
    REQUIRE((at_a && at_b && at_c));
    CHECK(at_b->subject == "x.1");
    CHECK(at_b->reply_to == "answers.here");
    CHECK(at_b->bytes == "one");
    CHECK(at_c->watch == 1);
    CHECK(at_a->bytes == "two");
    CHECK(at_a->watch == 2);
}

TEST_CASE("nats: watchers that share a subject get each message once between them") {
    Server server;
    Site a(server), b(server, {"work"}, "us"), c(server, {"work"}, "us"), d(server, {"done"});
    for (int i = 0; i < 50; ++i)
        CHECK(a.carrier.publish("work", std::to_string(i)));
    int taken = 0;
    while (b.events.next<Carried>(200ms))
        ++taken;
    while (c.events.next<Carried>(200ms))
        ++taken;
    CHECK(taken == 50);
}

TEST_CASE("nats: nothing comes of a subject that is not watched any more") {
    Server server;
    Site a(server, {"left", "kept"}), b(server, {"sync"});
    a.carrier.unwatch(1);
    CHECK(a.carrier.publish("sync", ""));
    REQUIRE(b.events.next<Carried>());
    CHECK(b.carrier.publish("left", "1"));
    CHECK(b.carrier.publish("kept", "2"));
    const auto next = a.events.next<Carried>();
    REQUIRE(next);
    CHECK(next->bytes == "2");
}

TEST_CASE("nats: a server that is not there yet is waited for, and what is watched is in force when it comes") {
    Server server;
    server.kill();
    Site a(options_for({&server}), {"x"});
    const auto down = a.events.next<CarrierDown>();
    REQUIRE(down);
    CHECK(down->reason.find("nothing listens") != std::string::npos);
    CHECK(a.carrier.publish("x", "is thrown away"));
    server.start();
    REQUIRE(a.events.next<CarrierUp>());
    Site b(server);
    CHECK(b.carrier.publish("x", "y"));
    const auto got = a.events.next<Carried>();
    REQUIRE(got);
    CHECK(got->bytes == "y");
}

TEST_CASE("nats: a server that was killed is back within 2 s of its return") {
    Server server;
    Site a(server, {"x"}), b(server);
    server.kill();
    REQUIRE(a.events.next<CarrierDown>());
    REQUIRE(b.events.next<CarrierDown>());
    CHECK(b.carrier.publish("x", "into the void"));
    server.start();
    CHECK(a.events.next<CarrierUp>(2s));
    CHECK(b.events.next<CarrierUp>(2s));
    CHECK(b.carrier.publish("x", "again"));
    const auto got = a.events.next<Carried>();
    REQUIRE(got);
    CHECK(got->bytes == "again");
}

TEST_CASE("nats: another server is taken when one has gone") {
    Server one, two;
    one.kill();
    Site a(options_for({&one, &two}));
    REQUIRE(a.events.next<CarrierUp>());
    one.start();
    two.kill();
    REQUIRE(a.events.next<CarrierDown>());
    CHECK(a.events.next<CarrierUp>());
}

TEST_CASE("nats: a server that hangs holds nobody up") {
    Server server;
    auto options = options_for({&server});
    options.queue_bytes = 1u << 20;
    Site a(std::move(options));
    REQUIRE(a.events.next<CarrierUp>());
    server.pause();
    const std::string bytes(100'000, 'x');
    auto longest = 0ns;
    bool is_busy = false;
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!is_busy && std::chrono::steady_clock::now() < end) {
        const auto begun = std::chrono::steady_clock::now();
        const auto published = a.carrier.publish("x", bytes);
        longest = std::max<std::chrono::nanoseconds>(longest, std::chrono::steady_clock::now() - begun);
        is_busy = !published && published.error().fault == Fault::busy;
    }
    CHECK(is_busy);
    CHECK(longest < 500ms);
    CHECK(a.events.next<CarrierDown>());
    server.go_on();
    CHECK(a.events.next<CarrierUp>());
}

TEST_CASE("nats: a server that has become silent is left") {
    Server one, two;
    two.kill();
    Site a(options_for({&one, &two}));
    REQUIRE(a.events.next<CarrierUp>());
    one.pause();
    two.start();
    CHECK(a.events.next<CarrierDown>(5s));
    CHECK(a.events.next<CarrierUp>(5s));
}

TEST_CASE("nats: the end does not wait for a server that hangs, and nothing is heard afterwards") {
    Server server;
    CarrierEvents events;
    const auto carrier = [&] {
        auto made = std::make_unique<NatsCarrier>(options_for({&server}));
        made->open(events.sink());
        return made;
    };
    auto connected = carrier();
    REQUIRE(events.next<CarrierUp>());
    server.pause();
    auto connecting = carrier();
    const auto begun = std::chrono::steady_clock::now();
    connected.reset();
    connecting.reset();
    CHECK(std::chrono::steady_clock::now() - begun < 4s);
    server.go_on();
    CHECK_FALSE(events.next<CarrierUp>(300ms));
}

TEST_CASE("nats: the last words are sent before the end") {
    Server server;
    Site b(server, {"bye"});
    auto a = std::make_unique<Site>(server);
    CHECK(a->carrier.publish("bye", "all"));
    a.reset();
    CHECK(b.events.next<Carried>());
}

TEST_CASE("nats: what is not taken is thrown away, counted and told later") {
    Server server;
    Site a(server), b(server, {"x", "sync"});
    b.events.take(false);
    for (int i = 0; i < 10; ++i)
        CHECK(a.carrier.publish("x", "lost"));
    // All have come when it answers to one that is behind them.
    Site c(server, {"seen"});
    CHECK(b.carrier.publish("seen", ""));
    CHECK(c.events.next<Carried>());
    CHECK_FALSE(b.events.next<Carried>(200ms));
    b.events.take(true);
    const auto loss = b.events.next<CarrierLoss>();
    REQUIRE(loss);
    CHECK(loss->watch == 1);
    CHECK(loss->messages == 10);
}

TEST_CASE("nats: a consumer that is too slow loses messages, and hears of it") {
    Server server;
    Site a(server), b(server, {"x"});
    const std::string bytes(100, 'x');
    std::optional<CarrierLoss> loss;
    // Nothing tells here when all have come: the thread that would say so is the one that is held. But these are far
    // more than the sender may have waiting and the consumer may have together.
    for (int round = 0; round < 20 && !loss; ++round) {
        b.events.hold(true);
        for (int sent = 0; sent < 300'000;)
            if (a.carrier.publish("x", bytes)) ++sent;
        b.events.hold(false);
        loss = b.events.next<CarrierLoss>(500ms);
    }
    REQUIRE(loss);
    CHECK(loss->watch == 1);
    CHECK(loss->messages > 0);
}

TEST_CASE("nats: who it is has to please the server") {
    const auto seed = make_nkey_seed();
    Server server("accounts { A { users: [ {user: u, password: right}, {nkey: " + *nkey_of_seed(seed) + "} ] } }");
    auto options = options_for({&server});
    SUBCASE("a wrong password") {
        options.user = "u";
        options.password = "wrong";
        Site a(std::move(options));
        const auto down = a.events.next<CarrierDown>();
        REQUIRE(down);
        CHECK(down->reason.find("Authorization Violation") != std::string::npos);
    }
    SUBCASE("the right one") {
        options.servers[0].user = "u";
        options.servers[0].password = "right";
        Site a(std::move(options));
        CHECK(a.events.next<CarrierUp>());
    }
    SUBCASE("an nkey") {
        const TemporaryFolder folder;
        options.nkey = folder.path() / "seed";
        REQUIRE(replace_file(options.nkey, seed + "\n"));
        Site a(std::move(options));
        CHECK(a.events.next<CarrierUp>());
    }
}

TEST_CASE("nats: credentials are those of an account's user, and no others do") {
    Server server(testing::operator_rules);
    const TemporaryFolder folder;
    auto options = options_for({&server});
    options.credentials = folder.path() / "user.creds";
    std::string text = testing::user_credentials;
    SUBCASE("as they are") {
        REQUIRE(replace_file(options.credentials, text));
        auto same = options;
        Site a(std::move(options), {"x"}), b(std::move(same));
        REQUIRE(a.events.next<CarrierUp>());
        REQUIRE(b.events.next<CarrierUp>());
        CHECK(b.carrier.publish("x", "text"));
        CHECK(a.events.next<Carried>());
    }
    SUBCASE("with another's seed") {
        const auto seed = text.find("SUA");
        text.replace(seed, 58, make_nkey_seed());
        REQUIRE(replace_file(options.credentials, text));
        Site a(std::move(options));
        const auto down = a.events.next<CarrierDown>();
        REQUIRE(down);
        CHECK(down->reason.find("Authorization Violation") != std::string::npos);
    }
    SUBCASE("a file that is none") {
        REQUIRE(replace_file(options.credentials, "no credentials"));
        Site a(std::move(options));
        CHECK(a.events.next<CarrierDown>());
    }
}

TEST_CASE("nats: people are told of an old server, and of subjects that are not permitted") {
    Server server(
        "accounts { A { users: [ {user: u, password: p, permissions: {publish: \"x\", subscribe: \"x\"}} ] } }");
    auto options = options_for({&server});
    options.user = "u";
    options.password = "p";
    std::mutex mutex;
    std::condition_variable changed;
    std::string told;
    options.notice = [&](const std::string& text) {
        const std::lock_guard lock(mutex);
        told += text + '\n';
        changed.notify_all();
    };
    Site a(std::move(options), {"y"});
    REQUIRE(a.events.next<CarrierUp>());
    std::unique_lock lock(mutex);
    CHECK(changed.wait_for(
        lock, 10s, [&] { return told.find("Permissions Violation for Subscription to \"y\"") != std::string::npos; }));
    CHECK(changed.wait_for(lock, 10s, [&] { return told.find("before 2.9.23") != std::string::npos; }));
}

TEST_CASE("nats: a carrier tells which server it has, and how long that takes to answer") {
    Server server;
    Site a(server);
    const auto state = a.carrier.state();
    CHECK(state.server == server.url());
    CHECK(state.version.starts_with("nats-server "));
    server.kill();
    REQUIRE(a.events.next<CarrierDown>());
    CHECK(a.carrier.state().server.empty());
}

TEST_CASE("nats: subscriptions may end while messages for them come in") {
    Server server;
    Site a(server), b(server, {"end"});
    for (int i = 0; i < 300; ++i) {
        const auto watch = b.carrier.watch("x");
        for (int sent = 0; sent < 200; ++sent)
            (void)a.carrier.publish("x", "bytes");
        b.carrier.unwatch(watch);
    }
    CHECK(a.carrier.publish("end", ""));
    for (auto one = b.events.next<Carried>(); one; one = b.events.next<Carried>())
        if (one->subject == "end") return;
    FAIL("it did not come to the end");
}

TEST_CASE("nats: what cannot be published is refused") {
    Server server;
    Site a(server);
    CHECK(a.carrier.longest() == 1u << 20);
    for (const auto* subject : {"", ".", "a.", ".a", "a..b", "a b", "a.*", "a.>", "a\r\nPING"})
        CHECK_MESSAGE(a.carrier.publish(subject, "").error().fault == Fault::invalid, subject);
    CHECK(a.carrier.publish("a", "", "b\r\nc").error().fault == Fault::invalid);
    CHECK(a.carrier.publish("a", std::string((1u << 20) + 1, 'x')).error().fault == Fault::invalid);
    CHECK(a.carrier.publish("a", std::string(1u << 20, 'x')));
    CHECK(is_nats_subject(a.carrier.inbox()));
    CHECK(a.carrier.inbox() != a.carrier.inbox());
}
