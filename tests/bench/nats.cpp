// What a realm over NATS costs, with a real nats-server on loopback: the time from publish to Available between two
// sites, from a restart of NATS until all is known again, until a publisher is dropped whose host is gone, and the
// throughput of a relayed session beside NATS's own publish and subscribe between the same ends.
// usage: nats-bench [SECONDS [throughput]]   (of each throughput, default 3; and nothing else)
#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <future>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/host_port.hpp>
#include <layer_cake/realm/nats_realm.hpp>
#include <nats/nats.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <tests/directory/processes.hpp>
#include <tests/realm/nats_server.hpp>
#include <thread>

using namespace layer_cake;
using namespace layer_cake::directory;
using namespace std::chrono_literals;
using Server = layer_cake::testing::NatsServer;
using Steady = std::chrono::steady_clock;

namespace {

double seconds_since(Steady::time_point begun) {
    return std::chrono::duration<double>(Steady::now() - begun).count();
}

double median(std::vector<double> all) {
    std::sort(all.begin(), all.end());
    return all.empty() ? 0 : all[all.size() / 2];
}

/// The directory of a site: a node of scope LAN, a member of the realm.
NodeOptions site_options(const std::string& url, const std::string& name, realm::Relay relay, bool sealed,
                         Duration lease = 9s) {
    static const auto key = realm::RealmKey::generate();
    realm::NatsRealm joined;
    joined.member.realm = "bench";
    joined.member.site = joined.member.node = name;
    joined.member.host = "127.0.0.1";
    joined.member.lease = lease;
    if (sealed) joined.member.key = key;
    joined.nats.servers = {*realm::parse_nats_server(url)};
    joined.relay = relay;
    NodeOptions options;
    options.scope = Scope::LAN;
    options.accept_at = type::HostPort{"127.0.0.1", 0};
    options.automatic = false;
    options.executable = name;
    options.above = realm::node_over_nats(std::move(joined));
    return options;
}

struct Site {
    explicit Site(NodeOptions options) {
        runtime.start([this, options](object::Self& self) -> type::Any {
            const auto node = create_node(self, options);
            place_of.set_value(*self.ask<type::HostPort>(type::Enquiry{}, node, 10s));
            return self.input();
        });
        place = place_of.get_future().get();
    }
    ~Site() { (void)runtime.stop(10s); }

    std::promise<type::HostPort> place_of;
    type::HostPort place;
    object::Runtime runtime;
};

/// A subscriber that notes when names become available, and a publisher that is asked for more.
struct Pair {
    Pair(const type::HostPort& north, const type::HostPort& south) : publisher(north), subscriber(south) {
        subscriber.runtime.start([this](object::Self& self) -> type::Any {
            subscribe(self, "name-.*", Scope::REALM);
            for (;;) {
                const auto m = self.input();
                if (m.is<type::Stop>()) return {};
                const std::lock_guard lock(mutex);
                if (const auto* one = m.get<Available>()) there[one->name] = Steady::now();
                if (m.is<Dropped>()) ++dropped;
                changed.notify_all();
            }
        });
        publisher.runs = subscriber.runs = true;
        asker = publisher.runtime.start([](object::Self& self) -> type::Any {
            for (;;) {
                const auto m = self.input();
                if (m.is<type::Stop>()) return {};
                if (const auto* name = m.get<std::string>()) publish(self, *name, Scope::REALM);
            }
        });
    }
    /// Seconds until it is there; nothing when it is not within that time.
    std::optional<double> await(const std::string& name, Steady::time_point begun, Duration patience = 20s) {
        std::unique_lock lock(mutex);
        if (!changed.wait_for(lock, patience, [&] { return there.contains(name); })) return std::nullopt;
        return std::chrono::duration<double>(there.at(name) - begun).count();
    }
    std::optional<double> publish_one(const std::string& name, Duration patience = 20s) {
        const auto begun = Steady::now();
        publisher.runtime.send(name, asker);
        return await(name, begun, patience);
    }

    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::string, Steady::time_point> there;
    int dropped = 0;
    Process publisher, subscriber;
    type::Address asker; ///< publishes what it is told
};

void names() {
    Server server;
    Site north(site_options(server.url(), "north", realm::Relay::automatic, true));
    Site south(site_options(server.url(), "south", realm::Relay::automatic, true));
    Pair pair(north.place, south.place);
    if (!pair.publish_one("name-first", 30s)) {
        std::printf("the sites do not find each other\n");
        std::exit(1);
    }
    std::vector<double> times;
    for (int i = 0; i < 200; ++i)
        if (const auto time = pair.publish_one(fmt::format("name-{}", i))) times.push_back(*time * 1'000);
    std::printf("publish to Available at another site, median of %zu      %8.2f ms   (limit 20)\n", times.size(),
                median(times));

    std::vector<double> returns;
    for (int i = 0; i < 5; ++i) {
        server.kill();
        // While nothing is carried something changes.
        const auto name = fmt::format("name-after-{}", i);
        pair.publisher.runtime.send(name, pair.asker);
        server.start();
        if (const auto time = pair.await(name, Steady::now())) returns.push_back(*time);
    }
    std::printf("from the return of NATS until all is known, worst of %zu      %8.2f s    (limit 2)\n", returns.size(),
                returns.empty() ? 0 : *std::max_element(returns.begin(), returns.end()));
    std::printf("sessions dropped meanwhile                                %8d\n", pair.dropped);
}

// A host that is gone.

constexpr Duration short_lease = 3s;

/// Is the host of a publisher, until it is killed.
[[noreturn]] void be_host(const std::string& url, const std::string& name) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    Site site(site_options(url, name, realm::Relay::automatic, false, short_lease));
    Process publisher(site.place);
    publisher.start([&](object::Self& self) -> type::Any {
        publish(self, name, Scope::REALM);
        for (;;)
            if (const auto m = self.input(); m.is<type::Stop>()) return {};
    });
    for (;;)
        ::pause();
}

pid_t start_host(const std::string& url, const std::string& name) {
    std::array<std::string, 4> words{"nats-bench", "--host", url, name};
    std::array<char*, 5> arguments{words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
    pid_t pid = 0;
    if (::posix_spawn(&pid, "/proc/self/exe", nullptr, nullptr, arguments.data(), environ) != 0) std::exit(1);
    return pid;
}

/// What a subscriber of another site, and somebody who watches routes there, are told, one name after the other.
struct Witness {
    explicit Witness(const type::HostPort& place) : subscriber(place), watcher(place) {
        subscriber.start([this](object::Self& self) -> type::Any {
            subscribe(self, "host-.*", Scope::REALM);
            return count(self);
        });
        watcher.start([this](object::Self& self) -> type::Any {
            watch_routes(self, "host-.*", Scope::REALM);
            return count(self);
        });
    }
    type::Any count(object::Self& self) {
        for (;;) {
            const auto m = self.input();
            if (m.is<type::Stop>()) return {};
            const std::lock_guard lock(mutex);
            available += m.is<Available>();
            dropped += m.is<Dropped>();
            routes += m.is<RouteOverLoop>();
            cleared += m.is<ClearSubscriberRoute>();
            changed.notify_all();
        }
    }
    /// Seconds until both counts are there.
    double await(const int& one, const int& other, int count) {
        const auto begun = Steady::now();
        std::unique_lock lock(mutex);
        if (!changed.wait_for(lock, 60s, [&] { return one >= count && other >= count; })) {
            std::printf("available %d, dropped %d, routes %d, cleared %d, and not %d\n", available, dropped, routes,
                        cleared, count);
            std::exit(1);
        }
        return seconds_since(begun);
    }

    std::mutex mutex;
    std::condition_variable changed;
    int available = 0, dropped = 0, routes = 0, cleared = 0;
    Process subscriber, watcher;
};

/// A host whose processes are killed, with it; and one from which nothing comes any more, as when its power is cut.
void gone_hosts() {
    Server server;
    Site south(site_options(server.url(), "south", realm::Relay::automatic, false));
    Witness witness(south.place);
    double killed = 0, silent = 0;
    int count = 0;
    for (const int signal : {SIGKILL, SIGSTOP})
        for (int i = 0; i < 4; ++i) {
            const auto pid = start_host(server.url(), fmt::format("host-{}", ++count));
            (void)witness.await(witness.available, witness.routes, count);
            ::kill(pid, signal);
            if (signal == SIGKILL)
                killed = std::max(killed, witness.await(witness.dropped, witness.dropped, count));
            else
                silent = std::max(silent, witness.await(witness.cleared, witness.cleared, count));
            ::kill(pid, SIGKILL);
            ::waitpid(pid, nullptr, 0);
            (void)witness.await(witness.dropped, witness.cleared, count);
        }
    const auto leases = [](double seconds) { return seconds / std::chrono::duration<double>(short_lease).count(); };
    std::printf("from kill -9 of a publisher's host until it is dropped, worst of 4  %8.3f leases (limit 1.5)\n",
                leases(killed));
    std::printf("from its silence until its names are withdrawn, worst of 4          %8.3f leases (limit 1.5)\n",
                leases(silent));
    std::fflush(stdout);
}

// Throughput.

Fd listening(std::uint16_t& port) {
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || ::listen(fd.get(), 8) != 0 ||
        ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size) != 0)
        std::exit(1);
    port = ntohs(at.sin_port);
    return fd;
}

/// MB/s of pieces of that size, from the time on that the first has come.
double relayed(const Server& server, std::size_t piece, double length, bool sealed) {
    Site north(site_options(server.url(), "north", realm::Relay::always, sealed));
    Site south(site_options(server.url(), "south", realm::Relay::always, sealed));
    std::uint16_t port = 0;
    const auto listener = listening(port);
    Process publisher(north.place), watcher(south.place);
    publisher.start([&](object::Self& self) -> type::Any {
        publish_port(self, "sink", Scope::REALM, {"127.0.0.1", port});
        for (;;)
            if (const auto m = self.input(); m.is<type::Stop>()) return {};
    });
    std::promise<type::HostPort> route;
    watcher.start([&](object::Self& self) -> type::Any {
        watch_routes(self, "sink", Scope::REALM);
        for (bool told = false;;) {
            const auto m = self.input();
            if (m.is<type::Stop>()) return {};
            if (const auto* one = m.get<RouteOverLoop>(); one && !std::exchange(told, true)) route.set_value(one->ipp);
        }
    });
    auto found = route.get_future();
    if (found.wait_for(30s) != std::future_status::ready) return 0;
    const auto ipp = found.get();
    const auto address = net::known_addresses(*ipp.host, static_cast<std::uint16_t>(*ipp.port)).front();
    const Fd out(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(out.get(), address.base(), address.size) != 0) return 0;
    std::atomic<bool> over{false};
    std::thread sender([&] {
        const std::string bytes(piece, 'x');
        while (!over)
            if (::send(out.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) <= 0) return;
    });
    const Fd in(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::string buffer(256 << 10, '\0');
    (void)::recv(in.get(), buffer.data(), buffer.size(), 0);
    std::uint64_t bytes = 0;
    const auto begun = Steady::now();
    while (seconds_since(begun) < length) {
        const auto size = ::recv(in.get(), buffer.data(), buffer.size(), 0);
        if (size <= 0) break;
        bytes += static_cast<std::uint64_t>(size);
    }
    const auto took = seconds_since(begun);
    over = true;
    ::shutdown(out.get(), SHUT_RDWR);
    sender.join();
    return static_cast<double>(bytes) / took / 1e6;
}

/// The same by libnats alone, as its examples do it.
double plain(const Server& server, std::size_t piece, double length) {
    natsConnection *from = nullptr, *to = nullptr;
    natsSubscription* subscription = nullptr;
    if (natsConnection_ConnectTo(&from, server.url().c_str()) != NATS_OK ||
        natsConnection_ConnectTo(&to, server.url().c_str()) != NATS_OK)
        return 0;
    static std::atomic<std::uint64_t> bytes;
    bytes = 0;
    const auto on_message = [](natsConnection*, natsSubscription*, natsMsg* message, void*) {
        bytes += static_cast<std::uint64_t>(natsMsg_GetDataLength(message));
        natsMsg_Destroy(message);
    };
    natsConnection_Subscribe(&subscription, to, "bench", on_message, nullptr);
    natsSubscription_SetPendingLimits(subscription, -1, -1);
    natsConnection_Flush(to);
    const std::string text(piece, 'x');
    const auto begun = Steady::now();
    while (seconds_since(begun) < length)
        for (int i = 0; i < 16; ++i)
            natsConnection_Publish(from, "bench", text.data(), static_cast<int>(text.size()));
    const auto arrived = static_cast<double>(bytes);
    const auto took = seconds_since(begun);
    // Destroying it while messages for it come in is more than libnats 3.4.1 stands.
    natsSubscription_Unsubscribe(subscription);
    natsConnection_Flush(to);
    natsSubscription_Destroy(subscription);
    natsConnection_Destroy(from);
    natsConnection_Destroy(to);
    return arrived / took / 1e6;
}

void throughput(double length) {
    std::printf("\nbytes from one site to another, MB/s\n%-12s %10s %10s %7s %10s %7s\n", "pieces of", "NATS alone",
                "relayed", "ratio", "sealed", "ratio");
    for (const std::size_t piece : {std::size_t(200), std::size_t(1'000), std::size_t(10'000), std::size_t(64 << 10)}) {
        Server server;
        const auto nats = plain(server, piece, length);
        const auto open = relayed(server, piece, length, false), sealed = relayed(server, piece, length, true);
        std::printf("%-12zu %10.0f %10.0f %7.2f %10.0f %7.2f\n", piece, nats, open, open / nats, sealed, sealed / nats);
        std::fflush(stdout);
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 4) be_host(argv[2], argv[3]);
    if (argc < 3) {
        names();
        gone_hosts();
    }
    throughput(argc > 1 ? std::atof(argv[1]) : 3);
}
