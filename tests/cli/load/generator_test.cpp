#include <cli/load/generator.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <layer_cake/net/http.hpp>

using namespace layer_cake;
using namespace layer_cake::cli::load;
using namespace std::chrono_literals;

namespace {

/// A server and a generator on one loop.
struct Scene {
    Loop loop;
    Plan plan;
    std::unique_ptr<net::HttpServer> server;
    std::vector<std::shared_ptr<net::HttpAnswer>> kept; ///< never answered
    std::size_t asked = 0;

    explicit Scene(std::function<void(Scene&, const net::HttpRequest&, std::shared_ptr<net::HttpAnswer>)> handler) {
        auto made = net::HttpServer::listen(
            loop, {}, {}, [this, handler](net::HttpRequest request, std::shared_ptr<net::HttpAnswer> answer) {
                ++asked;
                handler(*this, request, std::move(answer));
            });
        REQUIRE(made);
        server = std::move(*made);
        plan.target.endpoint.port = server->port();
        plan.target.path = "/Xy";
        plan.clients = 3;
        plan.timeout = 10s;
    }

    Tally run() {
        const auto place = net::find_server(plan.target.endpoint);
        REQUIRE(place);
        bool done = false;
        Timer limit(loop);
        Generator generator(loop, plan, *place,
                            {.process = 0, .processes = 1, .start = std::chrono::steady_clock::now()}, [&] {
                                done = true;
                                loop.stop();
                            });
        generator.start();
        limit.start(20s, [this] { loop.stop(); });
        loop.run();
        CHECK(done);
        CHECK(generator.in_flight() == 0);
        words = generator.words();
        phases = generator.take();
        Tally all;
        for (const auto& tally : phases)
            all.add(tally);
        return all;
    }

    std::array<std::string, kinds> words;
    std::vector<Tally> phases;
};

using Answer = std::shared_ptr<net::HttpAnswer>;

void answer_ok(Scene&, const net::HttpRequest&, Answer answer) {
    answer->send({200, {}, "yes"});
}

std::string table_of(const net::HttpRequest& request, int beside) {
    int x = 0, y = 0;
    for (const auto& [name, value] : request.query())
        (name == "x" ? x : y) = std::stoi(value);
    std::string text = "{\"value\":[\"vector<vector<float8>>\",[";
    for (int row = 0; row < y; ++row) {
        text += row ? ",[" : "[";
        for (int column = 0; column < x + beside; ++column)
            text += column ? ",0.5" : "0.5";
        text += "]";
    }
    return text + "],[]]}";
}

} // namespace

TEST_CASE("each client makes the requests it was told to, on one connection") {
    Scene scene(answer_ok);
    scene.plan.requests = 5;
    const auto tally = scene.run();
    CHECK(tally.offered == 15);
    CHECK(tally.sent == 15);
    CHECK(tally.count(Kind::success) == 15);
    CHECK(tally.good_in_window == 15);
    CHECK(tally.bytes == 45);
    CHECK(tally.connections == 3);
    CHECK(scene.asked == 15);
}

TEST_CASE("a closed loop ends with its time, and pauses between") {
    Scene scene(answer_ok);
    scene.plan.duration = 150ms;
    scene.plan.slow_down = 40ms;
    const auto tally = scene.run();
    CHECK(tally.count(Kind::success) >= 3);
    CHECK(tally.count(Kind::success) <= 3 * (1 + 150 / 30));
    CHECK(tally.outcomes() == tally.offered);
}

TEST_CASE("a new connection for each request when that is wanted") {
    Scene scene(answer_ok);
    scene.plan.requests = 4;
    scene.plan.close = true;
    const auto tally = scene.run();
    CHECK(tally.count(Kind::success) == 12);
    CHECK(tally.connections == 12);
}

TEST_CASE("an open loop sends what was due, by phase, however slow the answers are") {
    Scene scene([](Scene& scene, const net::HttpRequest&, Answer answer) { scene.kept.push_back(std::move(answer)); });
    scene.plan.phases = {{200, 200, 100ms}, {400, 400, 100ms}};
    scene.plan.constant = true;
    scene.plan.duration = 200ms;
    scene.plan.timeout = 300ms;
    const auto tally = scene.run();
    CHECK(tally.offered == 60);
    CHECK(tally.sent == 60);
    CHECK(tally.count(Kind::timeout) == 60);
    CHECK(scene.phases[0].offered == 20);
    CHECK(scene.phases[1].offered == 40);
    CHECK(scene.asked == 60);
}

TEST_CASE("the time of an answer counts from when its request was due, not from when it could be sent") {
    // One connection; the first answer is late, and so are all that waited for the connection.
    struct Held {
        std::optional<Timer> timer;
        Answer first;
    };
    const auto held = std::make_shared<Held>();
    Scene scene([held](Scene& scene, const net::HttpRequest&, Answer answer) {
        if (scene.asked > 1) return answer->send({200, {}, ""});
        held->first = std::move(answer);
        held->timer.emplace(scene.loop);
        held->timer->start(200ms, [held] { held->first->send({200, {}, ""}); });
    });
    scene.plan.phases = {{100, 100, 100ms}};
    scene.plan.constant = true;
    scene.plan.duration = 100ms;
    scene.plan.connections = 1;
    scene.plan.within = 150ms;
    const auto tally = scene.run();
    CHECK(tally.count(Kind::success) == 10);
    CHECK(tally.time(Kind::success).least() >= 100ms); // due at 90 ms, sent at 200 ms
    CHECK(tally.time(Kind::success).percentile(0.5) >= 140ms);
    CHECK(tally.lag.most() >= 180ms);
    CHECK(tally.good < 10);
    held->timer.reset();
}

TEST_CASE("what finds no connection in time is counted as not sent") {
    Scene scene([](Scene& scene, const net::HttpRequest&, Answer answer) { scene.kept.push_back(std::move(answer)); });
    scene.plan.phases = {{10000, 10000, 10ms}};
    scene.plan.constant = true;
    scene.plan.duration = 10ms;
    scene.plan.connections = 2;
    scene.plan.timeout = 150ms;
    const auto tally = scene.run();
    CHECK(tally.offered == 100);
    CHECK(tally.outcomes() == 100);
    CHECK(tally.count(Kind::timeout) >= 2);
    CHECK(tally.count(Kind::not_sent) + tally.count(Kind::timeout) == 100);
    CHECK(tally.count(Kind::not_sent) >= 50);
}

TEST_CASE("tables are checked against what was asked for") {
    Scene right([](Scene&, const net::HttpRequest& request, Answer answer) {
        answer->send({200, {}, table_of(request, 0)});
    });
    right.plan.xy = 6;
    right.plan.requests = 10;
    CHECK(right.run().count(Kind::success) == 30);

    Scene wrong([](Scene& scene, const net::HttpRequest& request, Answer answer) {
        answer->send({200, {}, scene.asked % 2 ? table_of(request, 1) : "[[no"});
    });
    wrong.plan.xy = 6;
    wrong.plan.requests = 4;
    const auto tally = wrong.run();
    CHECK(tally.count(Kind::invalid) == 12);
    CHECK(tally.good == 0);
    CHECK_FALSE(wrong.words[static_cast<std::size_t>(Kind::invalid)].empty());
}

TEST_CASE("what was refused is tried again, and the time of a success counts from the first try") {
    Scene scene([](Scene& scene, const net::HttpRequest&, Answer answer) {
        const bool refuse = scene.asked <= 2;
        answer->send(
            {refuse ? 503 : 200, {}, refuse ? R"({"value":["layer_cake.point_runtime.Busy",{},[]]})" : "done"});
    });
    scene.plan.clients = 1;
    scene.plan.requests = 1;
    scene.plan.retries = 3;
    scene.plan.retry_pause = 40ms;
    const auto tally = scene.run();
    CHECK(tally.offered == 1);
    CHECK(tally.sent == 3);
    CHECK(tally.retries == 2);
    CHECK(tally.count(Kind::busy) == 2);
    CHECK(tally.count(Kind::success) == 1);
    CHECK(tally.time(Kind::success).most() >= 60ms);
}

TEST_CASE("retries come to an end, and other statuses are none of theirs") {
    Scene scene([](Scene&, const net::HttpRequest&, Answer answer) { answer->send({503, {}, "\"Overloaded\""}); });
    scene.plan.clients = 1;
    scene.plan.requests = 2;
    scene.plan.retries = 2;
    scene.plan.retry_pause = 1ms;
    auto tally = scene.run();
    CHECK(tally.sent == 6);
    CHECK(tally.count(Kind::overloaded) == 6);

    Scene absent([](Scene&, const net::HttpRequest&, Answer answer) { answer->send({404, {}, ""}); });
    absent.plan.requests = 1;
    absent.plan.retries = 2;
    tally = absent.run();
    CHECK(tally.count(Kind::other_status) == 3);
    CHECK(tally.statuses == std::map<int, std::uint64_t>{{404, 3}});
}

TEST_CASE("a server that has gone is told apart from one that breaks off") {
    Scene gone(answer_ok);
    gone.server.reset();
    gone.plan.requests = 2;
    auto tally = gone.run();
    CHECK(tally.count(Kind::refused) == 6);
    CHECK(gone.words[static_cast<std::size_t>(Kind::refused)].find("nothing listens") == 0);

    Scene breaking([](Scene&, const net::HttpRequest&, Answer answer) { answer->begin(200, {}); }); // cut: not ended
    breaking.plan.requests = 2;
    tally = breaking.run();
    CHECK(tally.count(Kind::reset) == 6);
}

TEST_CASE("stopping forgets what is under way and ends at once") {
    Loop loop;
    Scene scene([](Scene& scene, const net::HttpRequest&, Answer answer) {
        scene.kept.push_back(std::move(answer));
        if (scene.kept.size() == 3) scene.loop.stop();
    });
    scene.plan.duration = 1h;
    const auto place = net::find_server(scene.plan.target.endpoint);
    bool done = false;
    Generator generator(scene.loop, scene.plan, *place,
                        {.process = 0, .processes = 1, .start = std::chrono::steady_clock::now()},
                        [&] { done = true; });
    generator.start();
    scene.loop.run();
    CHECK(generator.in_flight() == 3);
    generator.stop();
    CHECK(done);
    CHECK(generator.in_flight() == 0);
}
