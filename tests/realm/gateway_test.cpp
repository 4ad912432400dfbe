#include <atomic>
#include <doctest/doctest.h>
#include <future>
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/realm/gateway.hpp>
#include <layer_cake/realm/memory_carrier.hpp>
#include <netinet/in.h>
#include <tests/realm/site.hpp>

/// How sessions cross between two sites that have gateways, over a memory carrier.
using namespace answerers;
namespace rm = layer_cake::realm;

namespace {

/// Counts what is relayed.
class CountedCarrier final : public rm::Carrier {
public:
    CountedCarrier(std::unique_ptr<rm::Carrier> carrier, std::atomic<int>& relayed)
        : carrier_(std::move(carrier)), relayed_(relayed) {}
    void open(Sink sink) override { carrier_->open(std::move(sink)); }
    rm::WatchId watch(std::string subject, std::string share) override { return carrier_->watch(subject, share); }
    void unwatch(rm::WatchId watch) override { carrier_->unwatch(watch); }
    lc::Result<void> publish_from(std::string& bytes, std::string_view subject, std::string_view reply_to) override {
        if (subject.find(".relay.") != std::string_view::npos) ++relayed_;
        return carrier_->publish_from(bytes, subject, reply_to);
    }
    std::string inbox() const override { return carrier_->inbox(); }
    std::size_t longest() const override { return carrier_->longest(); }

private:
    std::unique_ptr<rm::Carrier> carrier_;
    std::atomic<int>& relayed_;
};

struct World {
    rm::MemoryHub hub;
    std::optional<rm::RealmKey> key = rm::RealmKey::generate();
    std::atomic<int> relayed{0};

    rm::RealmOptions options(const std::string& site, const rm::GatewayOptions& wanted) {
        rm::RealmOptions options;
        options.realm = "shop";
        options.site = options.node = site;
        options.key = key;
        options.host = "127.0.0.1";
        options.carrier = [this, site] {
            return std::make_unique<CountedCarrier>(hub.carrier(site == "north" ? 1 : 2), relayed);
        };
        options.beside = [wanted](lc::object::Object& realm, rm::Switchboard& board, const rm::RealmOptions& options) {
            auto gateway = wanted;
            gateway.realm = options.realm;
            gateway.key = options.key;
            gateway.own_host = options.host;
            realm.create<rm::Gateway>(std::ref(board), std::move(gateway));
        };
        return options;
    }
};

rm::GatewayOptions gateway(bool takes_links, rm::Relay relay = rm::Relay::automatic) {
    rm::GatewayOptions options;
    options.takes_links = takes_links;
    options.relay = relay;
    return options;
}

/// A gateway that another pretends to be: it announces a port that is not its own, and the key of the real one.
class Pretended {
public:
    using accepts = lc::object::accepts<lc::Start, lc::Stop, lc::Returned, rm::CrossRoute, rm::CrossClear>;

    Pretended(std::uint16_t port, lc::type::Block key, std::promise<rm::MemberId>& member)
        : port_(port), key_(std::move(key)), member_(member) {}
    void on(lc::object::Object& self, lc::Start) {
        self.request(rm::AskMembers{}, self.parent(), 10s, [this](lc::object::Object& self, lc::Any answer) {
            member_.set_value(answer.get<rm::Members>()->own.member);
            self.send(rm::UseGateway{port_, key_}, self.parent());
        });
    }
    void on(lc::object::Object& self, lc::Stop) { self.complete(lc::Aborted{}); }
    void on(lc::object::Object&, const lc::Returned&) {}
    void on(lc::object::Object& self, rm::CrossRoute& cross) { self.send(cross.route, cross.to, self.parent()); }
    void on(lc::object::Object&, const rm::CrossClear&) {}

private:
    std::uint16_t port_;
    lc::type::Block key_;
    std::promise<rm::MemberId>& member_;
};

/// A socket of 127.0.0.1 that waits for all it is asked.
lc::Fd listening(std::uint16_t& port) {
    lc::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    REQUIRE(::listen(fd.get(), 8) == 0);
    REQUIRE(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size) == 0);
    port = ntohs(at.sin_port);
    return fd;
}

std::string take(const lc::Fd& from, std::size_t size) {
    std::string text(size, '\0');
    std::size_t there = 0;
    while (there < size) {
        const auto got = ::recv(from.get(), text.data() + there, size - there, 0);
        if (got <= 0) break;
        there += static_cast<std::size_t>(got);
    }
    text.resize(there);
    return text;
}

std::string framed(const std::string& message) {
    return rm::number_bytes(message.size()).substr(0, 4) + message;
}

std::string take_framed(const lc::Fd& from) {
    const auto size = rm::parse_number(take(from, 4) + std::string(4, '\0'));
    return size ? take(from, *size) : std::string();
}

void put(const lc::Fd& to, const std::string& text) {
    CHECK(::send(to.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
}

} // namespace

TEST_CASE("gateway: a session goes over a link where either side can dial the other, else over the carrier") {
    for (const bool north_can_be_dialled : {true, false})
        for (const bool south_can_be_dialled : {true, false}) {
            CAPTURE(north_can_be_dialled);
            CAPTURE(south_can_be_dialled);
            World world;
            Site north(world.options("north", gateway(north_can_be_dialled)));
            Site south(world.options("south", gateway(south_can_be_dialled)));
            Process server(north.place), client(south.place);
            server.start(answerer("svc", Scope::REALM, 1));
            client.runtime.run([&](lc::Self& self) -> lc::Any {
                lc::subscribe(self, "svc", Scope::REALM);
                const auto to = available(self);
                CHECK(said(self, to) == 2);
                const int relayed = world.relayed;
                if (north_can_be_dialled)
                    CHECK(relayed == 0);
                else if (south_can_be_dialled)
                    CHECK(relayed == 1); // that it may call back
                else
                    CHECK(relayed > 2);
                if (!north_can_be_dialled && !south_can_be_dialled) return {};
                world.hub.cut(1); // who has a link has no need of the carrier
                world.hub.cut(2);
                CHECK(said(self, to) == 2);
                CHECK(world.relayed == relayed);
                return {};
            });
        }
}

TEST_CASE("gateway: without a key processes dial each other; where all is to be relayed it is") {
    for (const auto relay : {rm::Relay::automatic, rm::Relay::always}) {
        World world;
        if (relay == rm::Relay::automatic) world.key.reset();
        Site north(world.options("north", gateway(true, relay))), south(world.options("south", gateway(true, relay)));
        Process server(north.place), client(south.place);
        server.start(answerer("svc", Scope::REALM, 1));
        client.runtime.run([&](lc::Self& self) -> lc::Any {
            lc::subscribe(self, "svc", Scope::REALM);
            CHECK(said(self, available(self)) == 2);
            CHECK((world.relayed > 0) == (relay == rm::Relay::always));
            return {};
        });
    }
}

TEST_CASE("gateway: a link that breaks drops the publisher, who is there again over another") {
    World world;
    auto north = std::make_unique<Site>(world.options("north", gateway(true)));
    Site south(world.options("south", gateway(true)));
    auto server = std::make_unique<Process>(north->place);
    Process client(south.place);
    server->start(answerer("svc", Scope::REALM, 1));
    client.runtime.run([&](lc::Self& self) -> lc::Any {
        lc::subscribe(self, "svc", Scope::REALM);
        CHECK(said(self, available(self)) == 2);
        const auto ended = std::async(std::launch::async, [&] {
            server.reset();
            north.reset();
        });
        CHECK(self.select<lc::Dropped>(10s).is<lc::Dropped>());
        ended.wait();
        north = std::make_unique<Site>(world.options("north", gateway(true)));
        server = std::make_unique<Process>(north->place);
        server->start(answerer("svc", Scope::REALM, 2));
        CHECK(said(self, available(self)) == 3);
        CHECK(world.relayed == 0);
        return {};
    });
}

TEST_CASE("gateway: who answers at the announced place without the announced key gets nothing") {
    World world;
    std::uint16_t port = 0, names_port = 0;
    const auto listener = listening(port), names = listening(names_port);
    const rm::RelayKeys announced, wrong;
    std::promise<rm::MemberId> told;
    auto pretender = world.options("north", gateway(true));
    pretender.beside = [&](lc::object::Object& realm, rm::Switchboard&, const rm::RealmOptions&) {
        realm.create<Pretended>(port, announced.open_half(), std::ref(told));
    };
    Site north(std::move(pretender)), south(world.options("south", gateway(true)));
    const auto member = told.get_future().get();
    Process server(north.place), client(south.place);
    server.start([&](lc::Self& self) -> lc::Any {
        publish_port(self, "svc", Scope::REALM, {"127.0.0.1", names_port});
        for (;;)
            if (const auto m = self.input(); m.is<lc::Stop>()) return {};
    });
    std::promise<lc::HostPort> route;
    client.start([&, is_told = false](lc::Self& self) mutable -> lc::Any {
        watch_routes(self, "svc", Scope::REALM);
        for (;;) {
            const auto m = self.input();
            if (m.is<lc::Stop>()) return {};
            if (const auto* one = m.get<RouteOverLoop>(); one && !std::exchange(is_told, true))
                route.set_value(one->ipp);
        }
    });
    const auto ipp = route.get_future().get();
    const auto door = lc::net::known_addresses(*ipp.host, static_cast<std::uint16_t>(*ipp.port)).front();
    const lc::Fd process(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::connect(process.get(), door.base(), door.size) == 0);
    put(process, "secret");

    lc::Fd link;
    std::string first;
    while (first.empty()) { // the gateway had a look before whether it can be dialled
        link.reset(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        const auto greeting = framed(rm::new_relay_greeting(member));
        (void)::send(link.get(), greeting.data(), greeting.size(), MSG_NOSIGNAL);
        first = take_framed(link);
    }
    REQUIRE(first.size() > 32);
    const auto session = first.substr(0, 32);
    const auto open = rm::parse_relay(std::string_view(first).substr(32));
    REQUIRE((open && open->kind == rm::RelayMessage::Kind::open));
    const auto asked = lc::codec::from_binary<rm::RelayOpen>(open->body).value();
    CHECK(asked.name == "svc");
    rm::RelayCipher cipher;
    REQUIRE(cipher.begin(wrong, asked.key, false, session));
    auto answer = rm::relay_text(rm::RelayMessage::Kind::opened, 0);
    cipher.seal(answer, lc::codec::to_binary(rm::RelayOpened{1u << 20, wrong.open_half()}).value());
    put(link, framed(answer));
    put(link, framed(rm::relay_text(rm::RelayMessage::Kind::opened, 0) + "in the clear"));
    ::shutdown(link.get(), SHUT_WR);
    CHECK(take(process, 1).empty()); // it is closed
    CHECK(take(link, 1 << 20).find("secret") == std::string::npos);
}
