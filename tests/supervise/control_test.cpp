#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/supervise/control.hpp>
#include <optional>
#include <poll.h>
#include <thread>

using namespace layer_cake;
using namespace layer_cake::supervise;
using namespace std::chrono_literals;

namespace {

/// A home with a control socket that answers what a test says; its loop runs on a thread of its own while asked.
struct FakeGroup {
    FakeGroup() {
        char name[] = "/tmp/layer-cake-control-XXXXXX";
        paths.home = ::mkdtemp(name);
        auto made = net::HttpServer::listen(loop, {paths.control().string()}, {},
                                            [this](net::HttpRequest request, std::shared_ptr<net::HttpAnswer> answer) {
                                                last = request;
                                                if (request.path() == "/events" && reply.status == 200)
                                                    events = std::move(answer);
                                                else
                                                    answer->send(reply);
                                            });
        REQUIRE(made);
        server = std::move(*made);
    }
    ~FakeGroup() { std::filesystem::remove_all(paths.home); }

    template <class Ask>
    auto while_serving(Ask ask) {
        decltype(ask()) got = fail(Fault::failed, "not asked");
        std::thread asking([&] {
            got = ask();
            loop.post([&] { loop.stop(); });
        });
        loop.run();
        asking.join();
        return got;
    }
    bool turn_until(const std::function<bool()>& done) {
        for (int i = 0; i < 5000 && !done(); ++i) {
            loop.turn();
            ::poll(nullptr, 0, 1);
        }
        return done();
    }

    home::Paths paths;
    Loop loop;
    net::HttpRequest last;
    net::HttpResponse reply;
    std::shared_ptr<net::HttpAnswer> events;
    std::unique_ptr<net::HttpServer> server;
};

} // namespace

TEST_CASE("the status of a group is asked for in one exchange") {
    FakeGroup group;
    GroupStatus status;
    status.name = "shop";
    group.reply.body = codec::write_json(to_json(status));
    const auto got = group.while_serving([&] { return ControlClient(group.paths).status(); });
    REQUIRE(got);
    CHECK(got->name == "shop");
    CHECK(group.last.method == "GET");
    CHECK(group.last.target == "/status");
}

TEST_CASE("a call sends its body as JSON, and a refusal comes back as the error it was") {
    FakeGroup group;
    const auto call = [&] {
        return group.while_serving([&] {
            return ControlClient(group.paths).call("POST", "/stop", codec::Object{{"kill", true}}, 5s);
        });
    };
    group.reply = {200, {}, "{\"done\":1}\n"};
    CHECK(call()->find("done")->integer() == 1);
    CHECK(group.last.body == "{\"kill\":true}");
    CHECK(*group.last.header("content-type") == "application/json");
    group.reply = {404, {}, R"({"error":{"fault":"missing","detail":"no role \"x\""}})"};
    CHECK(call().error() == Error{Fault::missing, "no role \"x\""});
    group.reply = {503, {}, "oops"};
    CHECK(call().error() == Error{Fault::busy, "the group answered with status 503"});
    group.reply = {200, {}, "not JSON"};
    CHECK(call().error().fault == Fault::invalid);
}

TEST_CASE("a home without a group is not running") {
    home::Paths paths;
    paths.home = "/nonexistent/home";
    const auto got = ControlClient(paths).status();
    REQUIRE_FALSE(got);
    CHECK(got.error().fault == Fault::not_running);
}

TEST_CASE("events come whole however they are cut, and the end comes last") {
    FakeGroup group;
    std::vector<std::string> seen;
    std::optional<Result<void>> end;
    EventStream stream(
        group.loop, ControlClient(group.paths).endpoint(),
        [&](const std::vector<codec::Value>& events) {
            for (const auto& event : events)
                seen.push_back(*event.find("event")->string());
        },
        [&](Result<void> result) { end = result; });
    REQUIRE(group.turn_until([&] { return group.events != nullptr; }));
    group.events->begin(200, {});
    group.events->write("{\"event\":\"snap");
    CHECK(group.turn_until([&] { return group.events->unsent() == 0; }));
    group.events->write("shot\"}\n{\"event\":\"role\"}\n{\"event\":");
    CHECK(group.turn_until([&] { return seen.size() == 2; }));
    group.events->write("\"end\"}\n");
    group.events->end();
    CHECK(group.turn_until([&] { return end.has_value(); }));
    CHECK(seen == std::vector<std::string>{"snapshot", "role", "end"});
    CHECK(end->has_value());
}

TEST_CASE("a stream of events may be destroyed by an event") {
    FakeGroup group;
    int seen = 0;
    std::unique_ptr<EventStream> stream;
    stream = std::make_unique<EventStream>(
        group.loop, ControlClient(group.paths).endpoint(),
        [&](const std::vector<codec::Value>&) { ++seen, stream.reset(); }, [&](const Result<void>&) { seen = 100; });
    REQUIRE(group.turn_until([&] { return group.events != nullptr; }));
    group.events->begin(200, {});
    group.events->write("{}\n{}\n");
    CHECK(group.turn_until([&] { return group.events->gone(); }));
    CHECK(seen == 1);
}

TEST_CASE("refused, broken and absent streams say why") {
    FakeGroup group;
    const auto end_of = [&](const net::Endpoint& endpoint) {
        std::optional<Result<void>> end;
        EventStream stream(
            group.loop, endpoint, [](const std::vector<codec::Value>&) {}, [&](Result<void> result) { end = result; });
        group.turn_until([&] {
            if (group.events) {
                group.events->begin(200, {});
                group.events->write("nonsense\n");
            }
            return end.has_value();
        });
        REQUIRE(end);
        return end->error();
    };
    const auto here = ControlClient(group.paths).endpoint();
    CHECK(end_of({here.path + "x"}).fault == Fault::not_running);
    group.reply = {409, {}, R"({"error":{"fault":"busy","detail":"too many event streams"}})"};
    CHECK(end_of(here) == Error{Fault::busy, "too many event streams"});
    group.reply = {};
    CHECK(end_of(here).fault == Fault::invalid);
}
