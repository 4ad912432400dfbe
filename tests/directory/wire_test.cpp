#include <arpa/inet.h>
#include <cstring>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <layer_cake/layer_cake.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <tests/directory/processes.hpp>

namespace lc = layer_cake;
using namespace lc::directory;
using namespace std::chrono_literals;

namespace {

/// A process of the predecessor, as bytes: frames go out as it writes them, and come in as texts.
class Predecessor {
public:
    explicit Predecessor(const lc::HostPort& place) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(*place.port));
        ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
        REQUIRE(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        const timeval patience{5, 0};
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }

    void say(std::string_view to, std::string_view type, std::string_view members, std::string_view book = "") {
        const auto header =
            fmt::format(R"({{"value":{{"to_address":[{}],"return_address":[16],"tunnel":false}}}})", to);
        const auto body = fmt::format(R"({{"value":["layer_cake.object_directory.{}",{{{}}},[]]}})", type, members);
        const auto addresses = fmt::format(R"({{"value":[{}]}})", book);
        const auto frame = fmt::format("{},{},{}\n{}{}{}\n", header.size(), body.size(),
                                       header.size() + body.size() + addresses.size(), header, body, addresses);
        REQUIRE(::send(fd_.get(), frame.data(), frame.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(frame.size()));
    }
    /// The next frame without its first line; empty at the end of the stream.
    std::string hear() {
        std::string line;
        for (char c = 0; read(&c, 1) && c != '\n';)
            line += c;
        if (line.empty()) return {};
        std::string frame(std::stoul(line.substr(line.rfind(',') + 1)) + 1, '\0');
        REQUIRE(read(frame.data(), frame.size()));
        return frame;
    }
    void hang_up() { fd_.reset(); }

private:
    bool read(char* to, std::size_t size) {
        while (size > 0) {
            const auto got = ::recv(fd_.get(), to, size, 0);
            if (got <= 0) return false;
            to += got;
            size -= static_cast<std::size_t>(got);
        }
        return true;
    }
    lc::Fd fd_;
};

bool has(const std::string& frame, std::string_view part) {
    return frame.find(part) != frame.npos;
}

constexpr const char* published =
    R"("name":"test-multihosting:worker-9","scope":"HOST","encrypted":false,)"
    R"("published_id":"81f0c804-542c-4e98-8264-f226e7d05f5f","listening_ipp":{"host":"127.0.0.1","port":36107},)"
    R"("home_address":"01f14246-3742-4ae1-af9f-75be7af4d63e:0")";
constexpr const char* published_book = R"(["01f14246-3742-4ae1-af9f-75be7af4d63e:0",[16]])";
constexpr const char* subscribed = R"("search":"test-multihosting:worker-[0-9]+","scope":"HOST",)"
                                   R"("subscribed_id":"d5354a43-eb98-49f0-b7bb-b6ec2c1c0aa8","home_address":"a:0")";

} // namespace

TEST_CASE("processes of the predecessor find each other at our node") {
    NodeProcess host(Scope::HOST);
    Predecessor publisher(host.place), subscriber(host.place);
    publisher.say("20", "Published", published, published_book);
    subscriber.say("20", "PublishedDirectory", fmt::format(R"("published":[],"subscribed":[{{{}}}])", subscribed),
                   R"(["a:0",[16]])");
    const auto route = subscriber.hear();
    CHECK(has(route, R"("to_address":[16,)"));
    CHECK(has(route, R"(["layer_cake.object_directory.RouteOverLoop",{"route_id":")"));
    CHECK(has(route, R"("scope":"HOST","encrypted":false,"subscribed_id":"d5354a43-eb98-49f0-b7bb-b6ec2c1c0aa8",)"
                     R"("published_id":"81f0c804-542c-4e98-8264-f226e7d05f5f","name":"test-multihosting:worker-9",)"
                     R"("ipp":{"host":"127.0.0.1","port":36107})"));
    // The name is taken; the same listing again is not.
    Predecessor other(host.place);
    std::string second = published;
    second.replace(second.find("81f0c804"), 8, "00000000");
    other.say("20", "Published", second, published_book);
    CHECK(has(other.hear(),
              R"(["layer_cake.object_directory.Advisory",{"name":"test-multihosting:worker-9","scope":"HOST")"));
    publisher.hang_up();
    const auto cleared = subscriber.hear();
    CHECK(has(cleared, R"(["layer_cake.object_directory.ClearSubscriberRoute",{"subscribed_id":"d5354a43)"));
    CHECK(has(subscriber.hear(), R"("published_id":"00000000-)")); // the other takes over
}

TEST_CASE("a subscriber of the predecessor is in session with our publisher, and cannot break it") {
    NodeProcess host(Scope::HOST);
    Process server(host.place);
    server.start([](lc::Self& self) -> lc::Any {
        lc::publish(self, "test-multihosting:worker-9");
        for (;;) {
            auto m = self.input();
            if (auto* delivered = m.get<lc::Delivered>())
                self.send(lc::Ping{}, delivered->subscriber_address);
            else if (m.is<lc::Stop>())
                return lc::Aborted{};
        }
    });
    Predecessor subscriber(host.place);
    subscriber.say("20", "Subscribed", subscribed, R"(["a:0",[16]])");
    const auto route = subscriber.hear();
    REQUIRE(has(route, "RouteOverLoop"));
    const auto port = std::stoi(route.substr(route.find(R"("port":)") + 7));
    const auto id = route.substr(route.find(R"("published_id":")") + 16, 36);
    const auto loop = fmt::format(R"("name":"test-multihosting:worker-9","scope":"HOST",)"
                                  R"("route_id":"45e054b5-b6b4-44ac-b432-37d0351a089b",)"
                                  R"("subscribed_id":"d5354a43-eb98-49f0-b7bb-b6ec2c1c0aa8",)"
                                  R"("published_id":"{}","subscriber_address":"b:0")",
                                  id);
    Predecessor session({"127.0.0.1", port});
    for (int round = 0; round < 2; ++round) {
        session.say("24", "CloseLoop", loop, R"(["b:0",[19]])"); // without an OpenLoop
        CHECK(has(session.hear(), R"(["layer_cake.object_directory.LoopClosed",{"publisher_address":")"));
        session.say("24", "OpenLoop", loop, R"(["b:0",[19]])");
        const auto opened = session.hear();
        CHECK(has(opened, R"("to_address":[16,)"));
        CHECK(has(opened, R"(["layer_cake.object_directory.LoopOpened",{"publisher_address":")"));
        const auto ping = session.hear();
        CHECK(has(ping, R"("to_address":[19,)"));
        CHECK(has(ping, "layer_cake.point_runtime.Ping"));
        session.say("24", "CloseLoop", loop, R"(["b:0",[19]])");
        CHECK(has(session.hear(), "LoopClosed"));
    }
    // One who wants what was published here before is cut.
    auto stale = loop;
    stale.replace(stale.find(id), 8, "00000000");
    session.say("24", "OpenLoop", stale, R"(["b:0",[19]])");
    CHECK(session.hear() == "");
}

TEST_CASE("what is no frame, and what names no scope, costs nobody else anything") {
    NodeProcess host(Scope::HOST);
    Predecessor good(host.place);
    good.say("20", "Published", published, published_book);
    Predecessor bad(host.place);
    bad.say("20", "Subscribed", R"("search":null,"scope":null,"subscribed_id":null,"home_address":null)");
    bad.say("20", "Published", R"("name":null,"scope":null,"home_address":null)");
    bad.say("20", "OpenLibrary", R"("published_id":"81f0c804-542c-4e98-8264-f226e7d05f5f")");
    bad.say("20", "Published", R"("name":7)");
    CHECK(bad.hear() == ""); // a member of the wrong kind
    Predecessor subscriber(host.place);
    subscriber.say("20", "Subscribed", subscribed, R"(["a:0",[16]])");
    CHECK(has(subscriber.hear(), "RouteOverLoop"));
}
