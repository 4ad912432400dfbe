#include "group_text.hpp"

#include <chrono>
#include <layer_cake/home/pool_check.hpp>

using namespace layer_cake;
using namespace layer_cake::home;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view thumbs = R"(
http: {listen: 8080, routes: [{path: /thumbnail, pool: thumbs}]}
pools:
  thumbs: {role: thumb, responsiveness: 500ms, size_of_queue: 256}
roles:
  thumb: {command: [python3, thumb.py], protocol: json_lines, replicas: 4}
)";

/// What is wrong with a pool, a route and two roles after a change of the text.
std::string changed(std::string_view from, std::string_view to) {
    std::string text = R"(http: {listen: 8080, routes: [{path: /a, pool: lines}, {path: /b/*, pool: web}]}
pools: {lines: {role: line}, web: {role: server, concurrency: 8}}
roles:
  line: {command: x, protocol: json_lines}
  server: {command: x, protocol: http, ports: {http: auto}, replicas: 2}
)";
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return problems_of(text.replace(at, from.size(), to));
}

} // namespace

TEST_CASE("a pool, its route and its workers arrive with their defaults") {
    const auto group = group_of(thumbs);
    REQUIRE(group.http);
    CHECK(group.http->listen == HostPort{"127.0.0.1", 8080});
    CHECK(group.http->max_body == 1u << 20);
    CHECK(group.http->idle_timeout == 60s);
    REQUIRE(group.http->routes.size() == 1);
    CHECK(group.http->routes[0] == Route{"/thumbnail", "thumbs", {"GET", "POST"}});
    REQUIRE(group.find_pool("thumbs"));
    const auto& pool = *group.find_pool("thumbs");
    CHECK(pool.role == "thumb");
    CHECK(pool.responsiveness == 500ms);
    CHECK(pool.size_of_queue == 256);
    CHECK(pool.busy_pass_rate == 10);
    CHECK(pool.stand_down == 30s);
    CHECK_FALSE(pool.timeout);
    CHECK(group.roles.at(3).protocol == Protocol::json_lines);
    CHECK_FALSE(group.roles.at(3).ready);
}

TEST_CASE("a worker is kept alive unless it or the group says otherwise") {
    const auto policy = [](std::string_view worker, std::string_view group = "") {
        return group_of(std::string(group) + "\nroles: {a: {command: x, protocol: json_lines, " + std::string(worker) +
                        "}}")
            .roles.at(0)
            .restart.policy;
    };
    CHECK(policy("") == RestartRules::Policy::always);
    CHECK(policy("restart: on_failure") == RestartRules::Policy::on_failure);
    CHECK(policy("restart: 'no'") == RestartRules::Policy::no);
    CHECK(policy("", "restart: on_failure") == RestartRules::Policy::on_failure);
}

TEST_CASE("a worker that speaks http is ready when its port answers, or as it says itself") {
    const auto ready = [](std::string_view more) {
        return *group_of("roles: {a: {command: x, protocol: http, ports: {http: auto, admin: 9000}" +
                         std::string(more) + "}}")
                    .roles.at(0)
                    .ready;
    };
    CHECK(ready("").kind == Probe::Kind::tcp_socket);
    CHECK(ready("").address.named == "http");
    CHECK(ready(", ready: {http_get: 'http://127.0.0.1:http/health'}").address.named == "http");
    CHECK(ready(", ready: {http_get: {port: admin}}").address.named == "admin");
    CHECK(ready(", ready: {tcp_socket: 80}").address.port == 80);
}

TEST_CASE("what contradicts itself between pools, routes and roles is told with its place") {
    CHECK(changed("lines}", "lines}") == "");
    CHECK(changed("role: line}", "role: lien}") ==
          "layer-cake.yaml:2:23: pool \"lines\" wants role \"lien\", which is not defined (did you mean \"line\"?)");
    CHECK(changed("role: line}", "role: server-0}") ==
          "layer-cake.yaml:2:23: pool \"lines\" wants \"server-0\", which is a replica: name the role \"server\"");
    CHECK(changed("role: line}", "role: server}") ==
          "layer-cake.yaml:2:44: pool \"web\" wants role \"server\", which is of pool \"lines\" already");
    CHECK(changed("role: line}", "stand_down: 1s}") == "layer-cake.yaml:2:9: pool \"lines\": \"role\" must be given");
    CHECK(changed("role: line}", "role: line, concurrency: 2}") == "");
    CHECK(changed("pool: lines", "pool: line") ==
          "layer-cake.yaml:1:48: route \"/a\" wants pool \"line\", which is not defined (did you mean \"lines\"?)");
    CHECK(changed("path: /b/*", "path: /a, methods: [PUT]") == "");
    CHECK(changed("path: /b/*, pool: web", "path: /a, pool: lines") ==
          "layer-cake.yaml:1:63: route \"/a\" is there already for GET");
    CHECK(changed("path: /a", "path: /a/*") ==
          "layer-cake.yaml:1:38: route \"/a/*\": a path with /* is for workers that "
          "speak http: a line has no path");
    CHECK(changed("path: /a", "path: a").starts_with("layer-cake.yaml:1:38: \"a\" is no path of a route"));
    CHECK(changed("pool: lines", "pool: lines, methods: [get]") ==
          "layer-cake.yaml:1:64: route \"/a\": \"get\" is no method, such as GET or POST");
    CHECK(changed(", protocol: json_lines", "") == "layer-cake.yaml:2:23: pool \"lines\" wants role \"line\", which "
                                                   "has no \"protocol\" (json_lines, http or objects)");
    CHECK(changed("http, ports: {http: auto}", "http") == "layer-cake.yaml:5:34: role \"server\": \"protocol: http\" "
                                                          "needs \"ports\" with one named http, such as {http: auto}");
    CHECK(changed("json_lines}", "json_lines, type: oneshot}") ==
          "layer-cake.yaml:4:32: role \"line\": a oneshot can be no worker: \"protocol\" is for services");
    CHECK(changed("listen: 8080, ", "") == "layer-cake.yaml:1:7: \"http\": \"listen\" must be given");
    CHECK(changed("listen: 8080", "listen: 'localhost:web'") ==
          "layer-cake.yaml:1:16: \"http.listen\" must be a port, or host:port, not \"localhost:web\"");
    CHECK(changed("json_lines}", "lines}")
              .starts_with("layer-cake.yaml:4:32: role \"line\": \"protocol\" must be json_lines, http or objects"));
    CHECK(changed("ports: {http: auto}", "ports: {http: 99999}").find("neither auto nor a port") != std::string::npos);
    CHECK(changed("json_lines}", "json_lines, ready: {tcp_socket: web}}") ==
          "layer-cake.yaml:4:64: role \"line\": \"ready\" asks port \"web\", which is not among its \"ports\"");
}

TEST_CASE("a route fits its path, and one with a star all below it") {
    CHECK(fit("/a", "/a").fits);
    CHECK_FALSE(fit("/a", "/a/").fits);
    CHECK_FALSE(fit("/a", "/ab").fits);
    CHECK(fit("/a/*", "/a").fits);
    CHECK(fit("/a/*", "/a/").fits);
    CHECK(fit("/a/*", "/a/b/c").fits);
    CHECK_FALSE(fit("/a/*", "/ab").fits);
    CHECK(fit("/*", "/").fits);
    CHECK(fit("/*", "/x/y").fits);
    CHECK(fit("/a/b", "/a/b").length > fit("/a/*", "/a/b").length);
    CHECK(fit("/a/*", "/a/b").length > fit("/*", "/a/b").length);
}
