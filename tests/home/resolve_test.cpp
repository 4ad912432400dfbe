#include "group_text.hpp"

#include <chrono>
#include <fmt/format.h>
#include <limits>

using namespace layer_cake;
using namespace layer_cake::home;
using namespace std::chrono_literals;

namespace {
Role role_of(const std::string& text) {
    return group_of("roles: {a: {command: x, " + text + "}}").roles.at(0);
}
} // namespace

TEST_CASE("a role that says nothing has the defaults") {
    const auto group = group_of("roles: {a: {command: [sleep, 1]}}");
    Role wanted;
    wanted.name = wanted.base = "a";
    wanted.command = {"sleep", "1"};
    wanted.executable_text = "sleep";
    wanted.working_dir = "/srv/shop";
    CHECK(group.name == "shop");
    CHECK(group.main_role == "");
    CHECK(group.roles == std::vector<Role>{wanted});
}

TEST_CASE("a probe that says only how to ask has the defaults") {
    Probe ready;
    ready.kind = Probe::Kind::notify;
    ready.period = 100ms;
    ready.timeout = 60s;
    CHECK(role_of("ready: {notify: true}").ready == ready);
    Probe asked;
    asked.kind = Probe::Kind::exec;
    asked.command = {"true"};
    CHECK(role_of("readiness: {exec: [true]}").readiness == asked);
    CHECK(role_of("liveness: {exec: [true]}").liveness == asked);
}

TEST_CASE("every key of a role arrives") {
    const auto group = group_of(R"(
name: g
environment: {A: 1, B: x}
roles:
  a:
    executable: ./bin/a
    arguments: [--n, 5, true]
    type: oneshot
    working_dir: sub/../data/
    environment: [B=y, C=]
    ready: {http_get: {host: h, port: 81, path: /x}, timeout: 5s, period: 1s}
    readiness: {tcp_socket: "[::1]:9", initial_delay: 1s, period: 2s, timeout: 3s, success_threshold: 4, failure_threshold: 5}
    liveness: {exec: test -f x}
    watchdog: 30s
    restart: {policy: always, first_steps: [250ms, 0], regular_steps: 5s, step_limit: 0, randomized: 10ms, truncated: .5, reset_after: 1m, max: 5, window: 2m, success_exit_codes: [2, 75]}
    shutdown: {signal: hup, timeout: 1s, scope: process, command: [x, y]}
    log: {policy: drop, max_size: 1M, max_total: 3M, max_files: 7}
    user: 1000
    umask: 027
    limits: {nofile: 64K, core: unlimited, nproc: 5, memory: 1G, nice: -3}
main_role: a
)");
    const auto& a = group.roles.at(0);
    CHECK(group.main_role == "a");
    CHECK(a.type == Role::Type::oneshot);
    CHECK(a.command == std::vector<std::string>{"/srv/shop/bin/a", "--n", "5", "true"});
    CHECK(a.executable_text == "./bin/a");
    CHECK(a.working_dir == "/srv/shop/data");
    CHECK(a.environment == decltype(a.environment){{"A", "1"}, {"B", "y"}, {"C", ""}});
    REQUIRE(a.ready);
    CHECK(a.ready->kind == Probe::Kind::http_get);
    CHECK(a.ready->address == HostPort{"h", 81});
    CHECK(a.ready->path == "/x");
    CHECK(a.ready->timeout == 5s);
    REQUIRE(a.readiness);
    CHECK(a.readiness->address == HostPort{"::1", 9});
    CHECK(a.readiness->initial_delay == 1s);
    CHECK(a.readiness->period == 2s);
    CHECK(a.readiness->timeout == 3s);
    CHECK(a.readiness->success_threshold == 4);
    CHECK(a.readiness->failure_threshold == 5);
    REQUIRE(a.liveness);
    CHECK(a.liveness->command == std::vector<std::string>{"/bin/sh", "-c", "test -f x"});
    CHECK(a.watchdog == Duration(30s));
    CHECK(a.restart ==
          RestartRules{RestartRules::Policy::always, {250ms, 0s}, Duration(5s), 0, 10ms, .5, 60s, 5, 120s, {2, 75}});
    CHECK(a.shutdown == Shutdown{1, 1s, Shutdown::Scope::process, {"x", "y"}});
    CHECK(a.log == LogRules{LogRules::Policy::drop, 1u << 20, 3u << 20, 7});
    CHECK(a.user == "1000");
    CHECK(a.umask == 027u);
    CHECK(a.limits == Limits{64u << 10, std::numeric_limits<std::uint64_t>::max(), 5, 1u << 30, -3});
}

TEST_CASE("a command as text goes to the shell, an executable without a slash is left to PATH") {
    const auto group = group_of("roles: {a: {command: echo hello | cat}, b: {executable: redis-server}}");
    CHECK(group.roles[0].command == std::vector<std::string>{"/bin/sh", "-c", "echo hello | cat"});
    CHECK(group.roles[0].executable_text == "echo hello | cat");
    CHECK(group.roles[1].command == std::vector<std::string>{"redis-server"});
}

TEST_CASE("an address is read from a URL, a port or a mapping") {
    const std::tuple<const char*, const char*, int, const char*> table[] = {
        {"http://127.0.0.1:8080/health", "127.0.0.1", 8080, "/health"},
        {"http://localhost", "localhost", 80, "/"},
        {"http://[::1]:81?a=b", "::1", 81, "/?a=b"},
        {"{port: 9}", "127.0.0.1", 9, "/"},
    };
    for (const auto& [text, host, port, path] : table) {
        const auto& text_told = text;
        CAPTURE(text_told);
        const auto ready =
            role_of(fmt::format("ready: {{http_get: {}}}", text[0] == '{' ? text : fmt::format("\"{}\"", text))).ready;
        REQUIRE(ready);
        CHECK(ready->address == HostPort{host, static_cast<std::uint16_t>(port)});
        CHECK(ready->path == path);
    }
    CHECK(role_of("ready: {tcp_socket: 81}").ready->address == HostPort{"127.0.0.1", 81});
    CHECK(role_of("ready: {tcp_socket: \"db:81\"}").ready->address == HostPort{"db", 81});
    for (const char* text :
         {"http://", "ftp://x/", "http://a b/", "http://x:0/", "http://x:99999/", "x", "http://u@x:1/"}) {
        CAPTURE(text);
        CHECK(problems_of(fmt::format("roles: {{a: {{command: x, ready: {{http_get: \"{}\"}}}}}}", text)) != "");
    }
}

TEST_CASE("the policy is no until restart or retry is given, then on_failure") {
    using Policy = RestartRules::Policy;
    const std::tuple<const char*, const char*, Policy> table[] = {
        {"", "", Policy::no},
        {"", "restart: no", Policy::no},
        {"", "restart: \"no\"", Policy::no},
        {"", "restart: always", Policy::always},
        {"", "restart: {max: 5}", Policy::on_failure},
        {"", "restart: {}", Policy::on_failure},
        {"", "restart: {policy: always}", Policy::always},
        {"", "restart: {policy: no}", Policy::no},
        {"retry: {regular_steps: 5s}", "", Policy::on_failure},
        {"retry: {regular_steps: 5s}", "restart: no", Policy::no},
        {"retry: {regular_steps: 5s}", "restart: always", Policy::always},
        {"retry: {regular_steps: 5s}", "restart: {max: 2}", Policy::on_failure},
        {"restart: always", "", Policy::always},
        {"restart: always", "restart: {max: 2}", Policy::always},
        {"restart: always", "restart: no", Policy::no},
        {"restart: no", "restart: {max: 2}", Policy::on_failure},
    };
    for (const auto& [top, own, wanted] : table) {
        const auto& top_told = top;
        CAPTURE(top_told);
        const auto& own_told = own;
        CAPTURE(own_told);
        CHECK(group_of(fmt::format("{}\nroles: {{a: {{command: x, {}}}}}\n", top, own)).roles[0].restart.policy ==
              wanted);
    }
}

TEST_CASE("what the group says of every role yields to what a role says") {
    const auto group =
        group_of("retry: {first_steps: [1s], regular_steps: 5s, step_limit: 3, randomized: 250ms, truncated: 0.5}\n"
                 "restart: {window: 10s}\nshutdown: {signal: INT, timeout: 3s}\nlog: {max_size: 1M}\n"
                 "roles: {a: {command: x}, b: {command: x, restart: {regular_steps: 9s}, shutdown: {timeout: 4s}, log: "
                 "{policy: drop}}}\n");
    const auto& a = group.roles[0];
    const auto& b = group.roles[1];
    CHECK(a.restart ==
          RestartRules{RestartRules::Policy::on_failure, {1s}, Duration(5s), 3, 250ms, .5, 30s, std::nullopt, 10s, {}});
    CHECK(b.restart.regular_steps == Duration(9s));
    CHECK(b.restart.first_steps == std::vector<Duration>{1s});
    CHECK(a.shutdown == Shutdown{2, 3s, Shutdown::Scope::group, {}});
    CHECK(b.shutdown == Shutdown{2, 4s, Shutdown::Scope::group, {}});
    CHECK(b.log.policy == LogRules::Policy::drop);
    CHECK(b.log.max_size == 1u << 20);
}

TEST_CASE("replicas have numbered names, and what depends on the role depends on each") {
    const auto group =
        group_of("roles: {t: {command: x, replicas: 2, replica_start: 3}, one: {command: x, replicas: 1}, none: "
                 "{command: x, replicas: 0},\n"
                 " w: {command: x, depends_on: [t, none]}, v: {command: x, depends_on: {t-4: started}}}");
    std::vector<std::string> names;
    for (const auto& role : group.roles)
        names.push_back(role.name);
    CHECK(names == std::vector<std::string>{"t-3", "t-4", "one-0", "w", "v"});
    CHECK(group.roles[1].base == "t");
    CHECK(group.roles[1].index == 4);
    CHECK(group.roles[3].index == -1);
    CHECK(group.find("w")->depends_on ==
          std::vector<Dependency>{{"t-3", Condition::started}, {"t-4", Condition::started}});
    CHECK(group.find("v")->depends_on == std::vector<Dependency>{{"t-4", Condition::started}});
    CHECK(group.find("x") == nullptr);
}

TEST_CASE("a dependency waits for what its role can tell") {
    const auto group = group_of(
        "roles: {plain: {command: x}, told: {command: x, ready: {notify: true}}, asked: {command: x, "
        "readiness: {exec: x}},\n"
        " once: {command: x, type: oneshot},\n"
        " w: {command: x, depends_on: [plain, told, asked, once]},\n"
        " v: {command: x, depends_on: {told: , asked: healthy, once: {condition: started}, plain: {restart: true}}}}");
    CHECK(group.find("w")->depends_on == std::vector<Dependency>{{"plain", Condition::started},
                                                                 {"told", Condition::ready},
                                                                 {"asked", Condition::ready},
                                                                 {"once", Condition::completed}});
    CHECK(group.find("v")->depends_on == std::vector<Dependency>{{"told", Condition::ready},
                                                                 {"asked", Condition::healthy},
                                                                 {"once", Condition::started},
                                                                 {"plain", Condition::started, {}, true}});
}

TEST_CASE("a cycle is named with its roles") {
    CHECK(problems_of("roles:\n  a: {command: x, depends_on: [b]}\n  b: {command: x, depends_on: [c]}\n  c: {command: "
                      "x, depends_on: [b]}\n") ==
          "layer-cake.yaml:3:32: roles depend on each other in a cycle: b -> c -> b");
    CHECK(problems_of("roles: {a: {command: x, depends_on: [a]}}") ==
          "layer-cake.yaml:1:38: roles depend on each other in a cycle: a -> a");
    CHECK(problems_of("roles: {a: {command: x, replicas: 2, depends_on: [a-1]}}")
              .ends_with("roles depend on each other in a cycle: a -> a"));
}

TEST_CASE("what cannot hold between roles is told") {
    CHECK(problems_of("roles: {a: {command: x, depends_on: {b: healthy}}, b: {command: x}}")
              .ends_with("role \"a\" waits for \"b\" to be healthy, which has neither readiness nor liveness"));
    CHECK(problems_of("roles: {a: {command: x, depends_on: {b: completed}}, b: {command: x, restart: always}}")
              .ends_with("role \"a\" waits for \"b\" to be completed, which is restarted always"));
    CHECK(problems_of("roles: {a: {command: x, replicas: 2}, a-1: {command: x}}")
              .ends_with("role \"a\": its replica \"a-1\" has the name of another role"));
    CHECK(problems_of("main_role: a\nroles: {a: {command: x, replicas: 2}}")
              .ends_with("main_role \"a\" has replicas: name one of them, such as \"a-0\""));
    CHECK(group_of("main_role: a-1\nroles: {a: {command: x, replicas: 2}}").main_role == "a-1");
    CHECK(problems_of("roles: {" + std::string(63, 'a') + ": {command: x, replicas: 1}}").find("longer than 64") !=
          std::string::npos);
}

TEST_CASE("a group has 10,000 instances at most") {
    std::string text = "roles:\n";
    for (int i = 0; i < 10; ++i)
        text += fmt::format("  r{}: {{command: x, replicas: 1000}}\n", i);
    CHECK(group_of(text).roles.size() == 10'000);
    CHECK(problems_of(text + "  last: {command: x}\n") == "layer-cake.yaml:12:3: more than 10000 instances of roles");
}

TEST_CASE("a chain of thousands of roles is no cycle and takes no stack") {
    std::string text = "roles:\n";
    for (int i = 0; i < 5000; ++i)
        text += fmt::format("  r{}: {{command: x, depends_on: [r{}]}}\n", i, i + 1);
    CHECK(group_of(text + "  r5000: {command: x}\n").roles.size() == 5001);
    const auto problem = problems_of(text + "  r5000: {command: x, depends_on: [r0]}\n");
    CHECK(problem.find("r0 -> r1 -> r2 -> r3 -> r4 -> ... -> r4996") != std::string::npos);
    CHECK(problem.size() < 300);
}
