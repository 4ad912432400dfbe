#include <doctest/doctest.h>
#include <layer_cake/supervise/metrics.hpp>

using namespace layer_cake;
using namespace layer_cake::supervise;
using namespace std::chrono_literals;

TEST_CASE("each role's figures are in the text form of Prometheus") {
    GroupStatus group;
    RoleStatus web;
    web.name = "web";
    web.state = State::running;
    web.ready = true;
    web.pid = 7;
    web.restarts = 3;
    web.usage = Usage{1500ms, 4096, 2};
    web.started_at = WallTime(std::chrono::seconds(1700000000));
    RoleStatus odd;
    odd.name = "a\"b\\c";
    odd.state = State::failed;
    group.roles = {web, odd};
    const auto text = metrics_text(group);
    const auto has = [&](std::string_view line) { return text.find(std::string(line) + "\n") != std::string::npos; };
    CHECK(has("# TYPE layer_cake_role_restarts_total counter"));
    CHECK(has("layer_cake_role_state{role=\"web\",state=\"running\"} 1"));
    CHECK(has("layer_cake_role_ready{role=\"web\"} 1"));
    CHECK(has("layer_cake_role_restarts_total{role=\"web\"} 3"));
    CHECK(has("layer_cake_role_cpu_seconds_total{role=\"web\"} 1.5"));
    CHECK(has("layer_cake_role_memory_bytes{role=\"web\"} 4096"));
    CHECK(has("layer_cake_role_processes{role=\"web\"} 2"));
    CHECK(has("layer_cake_role_state{role=\"a\\\"b\\\\c\",state=\"failed\"} 1"));
}
