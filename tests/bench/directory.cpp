// What the directory costs: a node with very many names, a network of up to 1,000 hosts in virtual time, the time from
// publish to Available, and a session that it introduced beside one that was connected by hand.
// usage: directory [HOSTS]   (default: simulations up to 1,000 hosts)
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fmt/format.h>
#include <future>
#include <layer_cake/layer_cake.hpp>
#include <malloc.h>
#include <tests/directory/processes.hpp>
#include <tests/directory/simulation.hpp>

namespace lc = layer_cake;
using namespace lc::directory;
using namespace std::chrono_literals;

struct Note {
    std::string text;
};
LAYER_CAKE_MESSAGE(Note, text)

namespace {

double cpu_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double median(std::vector<double> all) {
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
}

// One node.

void one_node() {
    constexpr int names = 100'000, plain = 9'000, patterns = 1'000;
    UniqueIds ids(1);
    const lc::Address home{16, 3}, other_home{16, 4};
    const auto published = [&](int number) {
        Published made;
        made.name = fmt::format("service-{:04}:worker-{}", number % 1'000, number);
        made.scope = Scope::HOST;
        made.published_id = ids.next();
        made.listening_ipp = {"127.0.0.1", 1'024 + number % 60'000};
        made.home_address = home;
        return made;
    };
    std::vector<Published> all;
    std::size_t text = 0;
    for (int i = 0; i < names; ++i) {
        all.push_back(published(i));
        text += all.back().name.size();
    }
    const auto before = ::mallinfo2().uordblks;
    Node node(Scope::HOST, {}, UniqueIds(2));
    node.child_connected(3, "127.0.0.1");
    node.child_connected(4, "127.0.0.1");
    Effects effects;
    for (int i = 0; i < plain; ++i)
        node.received(4, Subscribed{fmt::format("nobody-has-{}", i), Scope::HOST, ids.next(), other_home}, effects);
    for (int i = 0; i < patterns; ++i)
        node.received(4,
                      Subscribed{fmt::format("service-{:04}:worker-1[0-9]+9", i), Scope::HOST, ids.next(), other_home},
                      effects);
    auto began = cpu_seconds();
    std::uint64_t routes = 0;
    for (const auto& one : all) {
        node.received(3, one, effects);
        routes += effects.messages.size();
        effects.messages.clear();
    }
    const auto seconds = cpu_seconds() - began;
    effects = {};
    const auto bytes = ::mallinfo2().uordblks - before;
    std::printf("one node, %d names, %d plain searches, %d patterns, %llu matches\n", names, plain, patterns,
                static_cast<unsigned long long>(routes));
    std::printf("  registration      %10.0f names/s   (100,000 wanted)\n", names / seconds);
    std::printf(
        "  memory            %10.0f bytes a name beyond its text   (400 at most; routes and patterns included)\n",
        (static_cast<double>(bytes) - static_cast<double>(text)) / names);
    std::vector<double> times;
    int missed = 0;
    node.child_connected(5, "127.0.0.1");
    for (int i = 0; i < 2'000; ++i) {
        auto one = published(i);
        one.name = fmt::format("service-{:04}:worker-1{}9", i % 1'000, names + i);
        began = cpu_seconds();
        const auto start = std::chrono::steady_clock::now();
        node.received(5, one, effects);
        times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
        missed += effects.messages.size() != 1;
        effects.messages.clear();
    }
    std::sort(times.begin(), times.end());
    std::printf("  match told after  %10.1f us at the median, %.1f at p99   (1,000 at most)\n", times[times.size() / 2],
                times[times.size() * 99 / 100]);
    if (missed) std::printf("  %d matches were not told\n", missed);
    times.clear();
    for (int i = 0; i < 200; ++i) { // all patterns with one beginning that is the name's, too
        const auto start = std::chrono::steady_clock::now();
        node.received(5, Subscribed{fmt::format(".*-{}:worker.*x", i), Scope::HOST, ids.next(), other_home}, effects);
        while (std::exchange(effects.more, false))
            node.go_on(effects);
        times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    }
    std::printf("  a pattern without a plain beginning is compared with all names: %.0f us\n\n", median(times));
}

// A network.

void networks(int most) {
    std::printf("networks of 4 groups x 25 processes a host; times are virtual\n");
    std::printf("  %6s %8s %9s %10s %10s %10s %12s %12s %9s\n", "hosts", "names", "sessions", "started in",
                "after churn", "after LAN", "messages per", "at most", "cpu s");
    std::printf("  %6s %8s %9s %10s %10s %10s %12s %12s %9s\n", "", "", "", "", "", "restart", "change", "", "");
    for (const int hosts : {10, 30, 100, 300, 1'000}) {
        if (hosts > most) break;
        const auto began = cpu_seconds();
        Simulation network({.hosts = hosts});
        network.run(2s); // names come within that time
        const auto started = network.converge(10s);
        const auto before = network.counts;
        network.churn(0.1, 60s);
        const auto churned = network.converge(10s);
        const auto changes = static_cast<double>(network.counts.changes - before.changes);
        const auto messages = static_cast<double>(network.counts.messages - before.messages);
        const auto bound =
            static_cast<double>(network.counts.matches - before.matches) / changes + 2 * Simulation::depth;
        network.kill_lan();
        network.churn(0.01, 6s);
        network.start_lan();
        const auto restarted = network.converge(10s);
        const auto text = [](const std::optional<lc::Duration>& took) {
            return took ? fmt::format("{:.1f} s", std::chrono::duration<double>(*took).count()) : "never";
        };
        std::printf("  %6d %8zu %9zu %10s %10s %10s %12.2f %12.2f %9.1f\n", hosts, network.names(), network.sessions(),
                    text(started).c_str(), text(churned).c_str(), text(restarted).c_str(), messages / changes, bound,
                    cpu_seconds() - began);
        std::fflush(stdout);
        if (!restarted) std::printf("  %s\n", network.difference().c_str());
    }
    std::printf("\n");
}

// From publish to Available.

double publish_to_available(const lc::HostPort& publisher_node, const lc::HostPort& subscriber_node, Scope scope) {
    constexpr int rounds = 200;
    Process server(publisher_node), client(subscriber_node);
    std::atomic<std::int64_t> published{0};
    std::vector<double> times;
    const auto now = [] { return std::chrono::steady_clock::now().time_since_epoch().count(); };
    client.start([&](lc::Self& self) -> lc::Any {
        lc::subscribe(self, "name-.*", scope);
        for (int i = 0; i < rounds; ++i) {
            if (!self.select<lc::Available>(10s).is<lc::Available>()) break;
            times.push_back(static_cast<double>(now() - published.load()) / 1e6);
        }
        return {};
    });
    server.runtime.run([&](lc::Self& self) -> lc::Any {
        for (int i = 0; i < rounds; ++i) {
            self.delay(5ms);
            published = now();
            lc::publish(self, fmt::format("name-{}", i), scope);
            self.select<lc::Delivered>(10s);
        }
        return {};
    });
    client.runtime.wait();
    client.runs = false;
    return times.empty() ? -1 : median(times);
}

void latency() {
    NodeProcess lan(Scope::LAN), host(Scope::HOST, lan.place), group(Scope::GROUP, host.place);
    NodeProcess host2(Scope::HOST, lan.place), group2(Scope::GROUP, host2.place);
    std::printf("publish to Available at a subscriber that waits, median of 200\n");
    std::printf("  in the same group             %6.2f ms   (2 at most)\n",
                publish_to_available(group.place, group.place, Scope::GROUP));
    std::printf("  across two hosts and the LAN  %6.2f ms   (5 at most)\n\n",
                publish_to_available(group.place, group2.place, Scope::LAN));
}

// Beside a child that floods.

/// Publishes and withdraws names as fast as its connection takes them, until it is stopped.
lc::Any flood(lc::Self& self, lc::HostPort node) {
    lc::connect(self, node);
    auto connected = self.select<lc::Connected>(10s);
    const auto proxy = connected.get<lc::Connected>()->proxy_address;
    UniqueIds ids;
    for (int round = 0;; ++round) {
        ClearListings cleared;
        for (int i = 0; i < 200; ++i) {
            Published made;
            made.name = fmt::format("flood-{}-{}", round, i);
            made.published_id = ids.next();
            made.listening_ipp = {"127.0.0.1", 1};
            made.home_address = self.address();
            cleared.publishers.insert(made.published_id);
            self.send(std::move(made), proxy);
        }
        self.send(std::move(cleared), proxy);
        self.ask(lc::Ping{}, proxy, 10s); // what it sent was taken
        if (self.waiting() != 0 && self.input().is<lc::Stop>()) return lc::Aborted{};
    }
}

void beside_a_flood() {
    NodeProcess host(Scope::HOST);
    std::vector<double> quiet, flooded;
    for (int i = 0; i < 3; ++i) {
        quiet.push_back(publish_to_available(host.place, host.place, Scope::HOST));
        Process flooder({});
        flooder.start([&](lc::Self& self) { return flood(self, host.place); });
        flooded.push_back(publish_to_available(host.place, host.place, Scope::HOST));
    }
    std::printf("the same below one node, median of 3 medians\n");
    std::printf("  quiet                         %6.2f ms\n", median(quiet));
    std::printf("  beside a child that floods    %6.2f ms   (2 times at most)\n\n", median(flooded));
}

// Sessions.

struct Echo {
    using accepts = lc::accepts<lc::Start, Note, lc::Stop>;
    std::string name; ///< to publish; empty: it listens
    std::promise<lc::HostPort>* place = nullptr;
    void on(lc::Object& self, lc::Start) {
        if (!name.empty()) return lc::publish(self, name);
        auto listening = lc::listen(self, {"127.0.0.1", 0});
        place->set_value(listening->listening_ipp);
    }
    void on(lc::Object& self, Note&) { self.reply(std::move(self.message())); }
    void on(lc::Object& self, lc::Stop) { self.complete(); }
};

struct Player {
    using accepts = lc::accepts<lc::Start, Note, lc::Connected, lc::Available>;
    std::string name;
    lc::HostPort place;
    long left = 0;
    std::string text = std::string(100, 'x');
    long under_way = 0;
    void on(lc::Object& self, lc::Start) { name.empty() ? lc::connect(self, place) : lc::subscribe(self, name); }
    void on(lc::Object& self, const lc::Connected& connected) { begin(self, connected.proxy_address); }
    void on(lc::Object& self, const lc::Available& available) { begin(self, available.publisher_address); }
    void begin(lc::Object& self, const lc::Address& to) {
        for (; under_way < 64; ++under_way)
            self.send(Note{text}, to);
        far = to;
    }
    void on(lc::Object& self, Note&) {
        --under_way;
        if (--left == 0) return self.complete();
        if (under_way >= left) return;
        ++under_way;
        self.send(std::move(self.message()), far);
    }
    lc::Address far{};
};

double rate(bool introduced, const lc::HostPort& node) {
    constexpr long count = 200'000;
    Process server(node), client(node);
    std::promise<lc::HostPort> place;
    Echo echo;
    Player player;
    player.left = count;
    if (introduced)
        echo.name = player.name = "echo";
    else
        echo.place = &place;
    server.runtime.start<Echo>(echo);
    server.runs = true;
    if (!introduced) player.place = place.get_future().get();
    const auto began = cpu_seconds();
    client.runtime.start<Player>(player);
    client.runtime.wait();
    return count / (cpu_seconds() - began);
}

void throughput() {
    NodeProcess host(Scope::HOST);
    std::vector<double> direct, introduced, ratios;
    for (int i = 0; i < 7; ++i) {
        direct.push_back(rate(false, host.place));
        introduced.push_back(rate(true, host.place));
        ratios.push_back(introduced.back() / direct.back());
    }
    std::printf("round trips of 100 bytes per second of processor time, 64 under way, median of 7\n");
    std::printf("  connected by hand             %8.0f\n", median(direct));
    std::printf("  introduced by the directory   %8.0f   (%.1f %%; 95 at least)\n", median(introduced),
                100 * median(ratios));
}

} // namespace

int main(int argc, char** argv) {
    const int most = argc > 1 ? std::atoi(argv[1]) : 1'000;
    one_node();
    networks(most);
    latency();
    beside_a_flood();
    throughput();
}
