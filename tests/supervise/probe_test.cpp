#include "tests/process/real_process.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <layer_cake/net/http.hpp>
#include <layer_cake/supervise/probe.hpp>
#include <layer_cake/supervise/probe_attempt.hpp>
#include <layer_cake/supervise/tree.hpp>
#include <sys/socket.h>

using namespace layer_cake;
using namespace layer_cake::supervise;
using namespace layer_cake::process;
using namespace layer_cake::process::test;
using namespace std::chrono_literals;
using home::Probe;
using Verdict = ProbeCount::Verdict;

namespace {

const std::vector<std::string> environment = {"PATH=/usr/bin:/bin"};

/// A TCP socket bound to a free port, listening or not.
struct Port {
    Fd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    std::uint16_t number = 0;

    Port() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), length) != 0) std::abort();
        ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length);
        number = ntohs(address.sin_port);
    }
    void listen() { ::listen(fd.get(), 8); }
};

/// Runs a prober until it has said `until` things, or failed or succeeded for good.
struct Asked {
    Loop loop;
    home::Role role = role_of_command({"/bin/true"});
    Probe probe;
    std::set<pid_t> helpers;
    std::vector<std::string> said;
    std::vector<std::string> answers;
    std::unique_ptr<Prober> prober;
    std::function<void()> after_answer;

    explicit Asked(Probe::Kind kind) {
        probe.kind = kind;
        probe.period = 1ms;
        probe.timeout = 20s;
    }
    ~Asked() {
        prober.reset();
        CHECK(helpers.empty());
        CHECK(kill_all_descendants({}, 10'000).empty()); // an attempt that had just begun is left to its owner to reap
    }
    void start(Prober::Purpose purpose, std::size_t until) {
        prober = std::make_unique<Prober>(
            loop, probe, purpose, role, environment, helpers,
            Prober::Events{[this, until] { say("good", until); },
                           [this, until](const std::string& reason) { say("bad: " + reason, until); },
                           [this](const std::string& text) {
                               answers.push_back(text);
                               if (after_answer) after_answer();
                           }});
    }
    void run(Prober::Purpose purpose, std::size_t until = 1) {
        start(purpose, until);
        loop.run();
        prober.reset();
    }
    void say(std::string what, std::size_t until) {
        said.push_back(std::move(what));
        if (said.size() >= until) loop.stop();
    }
};

} // namespace

TEST_CASE("a verdict needs its threshold in a row, and comes once") {
    ProbeCount count(2, 3);
    CHECK(count.last() == Verdict::none);
    const std::vector<std::pair<bool, Verdict>> rows = {
        {true, Verdict::none},  {false, Verdict::none}, {true, Verdict::none},  {true, Verdict::good},
        {true, Verdict::none},  {false, Verdict::none}, {false, Verdict::none}, {true, Verdict::none},
        {false, Verdict::none}, {false, Verdict::none}, {false, Verdict::bad},  {false, Verdict::none},
        {true, Verdict::none},  {true, Verdict::good}};
    for (const auto& [success, verdict] : rows)
        CHECK(count.after(success) == verdict);
}

TEST_CASE("a probe that fails from the start says so") {
    ProbeCount count(1, 2);
    CHECK(count.after(false) == Verdict::none);
    CHECK(count.after(false) == Verdict::bad);
}

TEST_CASE("only addresses that need no asking are probed") {
    CHECK(probe_address("localhost") == "127.0.0.1");
    CHECK(probe_address("127.0.0.2") == "127.0.0.2");
    CHECK(probe_address("::1") == "::1");
    CHECK(probe_address("[::1]") == "::1");
    CHECK(probe_address("example.com").empty());
    Asked asked(Probe::Kind::tcp_socket);
    asked.probe.address.host = "db.example";
    asked.probe.failure_threshold = 1;
    asked.run(Prober::Purpose::check);
    CHECK(asked.said ==
          std::vector<std::string>{
              "bad: \"db.example\" is neither an IP address nor localhost: names are not looked up by probes"});
}

TEST_CASE("a port is ready as soon as somebody listens there") {
    Port port;
    Asked asked(Probe::Kind::tcp_socket);
    asked.probe.address.port = port.number;
    asked.after_answer = [&] {
        if (asked.answers.size() == 3) port.listen();
    };
    asked.run(Prober::Purpose::ready);
    CHECK(asked.said == std::vector<std::string>{"good"});
    CHECK(asked.answers.size() == 4);
    CHECK(asked.answers[0].find("connection refused") != std::string::npos);
}

TEST_CASE("a start that is never ready fails once, with the last reason") {
    Port port;
    Asked asked(Probe::Kind::tcp_socket);
    asked.probe.address.port = port.number;
    asked.probe.timeout = 30ms;
    asked.run(Prober::Purpose::ready);
    REQUIRE(asked.said.size() == 1);
    CHECK(asked.said[0] ==
          "bad: not ready after 30ms: 127.0.0.1:" + std::to_string(port.number) + ": connection refused");
}

TEST_CASE("health is lost and found again") {
    Port port;
    Asked asked(Probe::Kind::tcp_socket);
    asked.probe.address.port = port.number;
    asked.probe.failure_threshold = 2;
    asked.after_answer = [&] {
        if (asked.answers.size() == 4) port.listen();
    };
    asked.run(Prober::Purpose::check, 2);
    REQUIRE(asked.said.size() == 2);
    CHECK(asked.said[0].starts_with("bad: "));
    CHECK(asked.said[1] == "good");
}

TEST_CASE("an HTTP status from 200 to 399 is success, any other is named") {
    struct {
        int status;
        std::string said;
    } const rows[] = {{200, "good"},
                      {204, "good"},
                      {302, "good"},
                      {404, "bad: GET /health at 127.0.0.1:{}: status 404"},
                      {503, "bad: GET /health at 127.0.0.1:{}: status 503"}};
    for (const auto& row : rows) {
        Asked asked(Probe::Kind::http_get);
        std::string target;
        auto server = net::HttpServer::listen(asked.loop, {}, {},
                                              [&](net::HttpRequest request, std::shared_ptr<net::HttpAnswer> answer) {
                                                  target = request.target;
                                                  answer->send({row.status, {}, "body"});
                                              });
        REQUIRE(server.has_value());
        asked.probe.address.port = (*server)->port();
        asked.probe.path = "/health";
        asked.probe.failure_threshold = 1;
        asked.run(Prober::Purpose::check);
        auto expected = row.said;
        if (const auto at = expected.find("{}"); at != std::string::npos)
            expected.replace(at, 2, std::to_string((*server)->port()));
        CHECK(asked.said == std::vector<std::string>{expected});
        CHECK(target == "/health");
    }
}

TEST_CASE("a server that accepts and says nothing fails the attempt") {
    Port port;
    port.listen();
    Asked asked(Probe::Kind::http_get);
    asked.probe.address.port = port.number;
    asked.probe.timeout = 20ms;
    asked.probe.failure_threshold = 1;
    asked.run(Prober::Purpose::check);
    REQUIRE(asked.said.size() == 1);
    CHECK(asked.said[0].starts_with("bad: GET / at 127.0.0.1:"));
}

TEST_CASE("a command's exit status decides, and its last line explains") {
    Asked good(Probe::Kind::exec);
    good.probe.command = {"/bin/sh", "-c", "test $COLOUR = blue"};
    good.role.environment = {{"COLOUR", "blue"}};
    good.run(Prober::Purpose::check);
    CHECK(good.said == std::vector<std::string>{"good"});

    Asked bad(Probe::Kind::exec);
    bad.probe.command = {"/bin/sh", "-c", "echo first; echo NOAUTH >&2; exit 3"};
    bad.probe.failure_threshold = 1;
    bad.run(Prober::Purpose::check);
    CHECK(bad.said == std::vector<std::string>{"bad: exit 3: NOAUTH"});

    Asked missing(Probe::Kind::exec);
    missing.probe.command = {"no-such-program"};
    missing.probe.failure_threshold = 1;
    missing.run(Prober::Purpose::check);
    CHECK(missing.said == std::vector<std::string>{"bad: executable \"no-such-program\" not found on PATH"});

    Asked flood(Probe::Kind::exec);
    flood.probe.command = {"/bin/sh", "-c", "head -c 3000000 /dev/zero; echo; echo the end; kill -9 $$"};
    flood.probe.failure_threshold = 1;
    flood.run(Prober::Purpose::check);
    CHECK(flood.said == std::vector<std::string>{"bad: ended by SIGKILL: the end"});
}

TEST_CASE("a command that does not end is killed with all it started, at its timeout or with the prober") {
    become_subreaper();
    for (const bool by_timeout : {true, false}) {
        Asked asked(Probe::Kind::exec);
        Pipe held; // closed when the last of the tree is gone
        asked.probe.command = {"/bin/sh", "-c",
                               "trap '' TERM; (setsid sh -c 'trap \"\" TERM; exec sleep 1000' &) ; sleep 1000 & wait"};
        asked.probe.failure_threshold = 1;
        asked.probe.timeout = by_timeout ? Duration(50ms) : Duration(1h);
        asked.start(Prober::Purpose::check, 1);
        Timer cancel(asked.loop);
        if (!by_timeout)
            cancel.start(5ms, [&] {
                CHECK(asked.helpers.size() == 1);
                asked.prober.reset();
                asked.loop.stop();
            });
        asked.loop.run();
        asked.prober.reset();
        if (by_timeout) CHECK(asked.said == std::vector<std::string>{"bad: no end within 50ms"});
        CHECK(asked.helpers.empty());
        CHECK(kill_all_descendants({}, 10'000).empty()); // as the owner does with a role's orphans
    }
}

TEST_CASE("attempts never overlap, however short the period") {
    Asked asked(Probe::Kind::exec);
    asked.probe.command = {"/bin/sh", "-c", "exit 0"};
    int most = 0;
    asked.after_answer = [&] {
        most = std::max(most, static_cast<int>(asked.helpers.size()));
        if (asked.answers.size() == 5) asked.loop.stop();
    };
    asked.run(Prober::Purpose::check, 100);
    CHECK(most == 0);
    CHECK(asked.said == std::vector<std::string>{"good"});
}

TEST_CASE("what is heard elsewhere counts when it is reported") {
    Asked asked(Probe::Kind::notify);
    asked.start(Prober::Purpose::ready, 1);
    asked.prober->report(true);
    CHECK(asked.said.empty()); // not from inside the call
    asked.loop.run();
    CHECK(asked.said == std::vector<std::string>{"good"});
    CHECK(asked.prober->verdict() == ProbeCount::Verdict::good);

    Asked late(Probe::Kind::log_line);
    late.probe.timeout = 1ms;
    late.run(Prober::Purpose::ready);
    CHECK(late.said == std::vector<std::string>{"bad: not ready after 1ms"});

    Asked extended(Probe::Kind::notify);
    extended.probe.timeout = 100ms;
    extended.start(Prober::Purpose::ready, 1);
    extended.prober->extend(1h);
    Timer report(extended.loop);
    report.start(150ms, [&] { extended.prober->report(true); });
    extended.loop.run();
    CHECK(extended.said == std::vector<std::string>{"good"});
}
