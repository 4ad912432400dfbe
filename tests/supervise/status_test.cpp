#include <doctest/doctest.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/supervise/status.hpp>

using namespace layer_cake;
using namespace layer_cake::supervise;
using namespace std::chrono_literals;

namespace {

const WallTime noon{std::chrono::milliseconds(1'795'435'184'531)};

GroupStatus full() {
    RoleStatus api;
    api.name = "api-1";
    api.role = "api";
    api.index = 1;
    api.state = State::backoff;
    api.ready = true;
    api.health = "unhealthy";
    api.pid = 42;
    api.started_at = noon;
    api.stopped_at = noon + 711ms;
    api.restarts = 4;
    api.restarts_in_window = 3;
    api.restarts_max = 5;
    api.next_start_at = noon + 4s;
    api.last_end = home::Ended{home::Ended::How::signaled, 9, "killed after the stop timeout"};
    api.waiting_for = {"db to be ready"};
    api.reason = "SIGKILL; restart 5 in 3.8s";
    api.status_text = "warming \"up\"";
    api.log_dropped_lines = 7;
    api.log_paused = true;
    api.usage = Usage{1500ms, 12'345'678, 3};
    GroupStatus group;
    group.home = "/srv/shop/.layer-cake";
    group.name = "shop";
    group.pid = 41;
    group.state = "stopping";
    group.guarded = false;
    group.since = noon - 1h;
    group.main_role = "api-1";
    group.roles = {api, RoleStatus{}};
    return group;
}

std::string text(const GroupStatus& group) {
    return codec::write_json(to_json(group));
}

} // namespace

TEST_CASE("a status is read back as it was written, through text") {
    const auto written = text(full());
    const auto value = codec::parse_json(written);
    REQUIRE(value);
    const auto read = group_status_from_json(*value);
    REQUIRE(read);
    CHECK(text(*read) == written);
    const auto& role = read->roles.at(0);
    CHECK(role.state == State::backoff);
    CHECK(role.started_at == noon);
    CHECK(role.restarts_max == 5);
    CHECK(role.next_start_at == noon + 4s);
    CHECK(role.last_end->how == home::Ended::How::signaled);
    CHECK(role.last_end->code == 9);
    CHECK(role.log_dropped_lines == 7);
    CHECK(read->roles.at(1).last_end == std::nullopt);
    CHECK(read->roles.at(1).index == -1);
    CHECK_FALSE(read->guarded);
}

TEST_CASE("a brief status says how far roles are, and nothing that goes without saying") {
    const auto brief = to_brief_json(full());
    const auto read = group_status_from_json(brief);
    REQUIRE(read);
    const auto whole = full();
    REQUIRE(read->roles.size() == whole.roles.size());
    CHECK(read->pid == whole.pid);
    for (std::size_t at = 0; at < whole.roles.size(); ++at) {
        const auto &role = read->roles[at], &was = whole.roles[at];
        CHECK(role.name == was.name);
        CHECK(role.state == was.state);
        CHECK(role.ready == was.ready);
        CHECK(role.health == was.health);
        CHECK(role.last_end == was.last_end);
        CHECK(role.waiting_for == was.waiting_for);
        CHECK(role.reason == was.reason);
    }
    RoleStatus plain;
    plain.name = "db";
    plain.state = State::running;
    plain.pid = 7;
    plain.started_at = noon;
    CHECK(codec::write_json(to_brief_json(plain)) == R"({"name":"db","state":"running"})");
}

TEST_CASE("every kind of end survives the way through JSON") {
    using How = home::Ended::How;
    for (const auto& end :
         {home::Ended{How::exited, 0, ""}, home::Ended{How::exited, 71, ""}, home::Ended{How::signaled, 15, ""},
          home::Ended{How::signaled, 40, ""}, home::Ended{How::not_started, 0, "executable \"./web\" not found"},
          home::Ended{How::lost, 0, ""}}) {
        GroupStatus group;
        group.roles.emplace_back().last_end = end;
        const auto read = group_status_from_json(to_json(group));
        REQUIRE(read);
        CHECK(*read->roles[0].last_end == end);
    }
}

TEST_CASE("the JSON names its schema, times are UTC, what is absent is null") {
    const auto value = to_json(full());
    const auto& role = value.find("processes")->array()->at(0);
    CHECK(*value.find("schema")->string() == "layer-cake.status/1");
    CHECK(*value.find("group")->find("since")->string() == "2026-11-23T10:59:44.531Z");
    CHECK(*role.find("state")->string() == "backoff");
    CHECK(role.find("restarts")->find("max")->integer() == 5);
    const auto& empty = value.find("processes")->array()->at(1);
    for (const char* name : {"pid", "index", "started_at", "stopped_at", "last_exit", "reason", "status_text"})
        CHECK(empty.find(name)->is_null());
}

TEST_CASE("a status of another shape is refused, naming what is wrong") {
    const auto error = [](std::string_view json) {
        const auto value = codec::parse_json(json);
        REQUIRE(value);
        const auto read = group_status_from_json(*value);
        REQUIRE_FALSE(read);
        CHECK(read.error().fault == Fault::invalid);
        return read.error().detail;
    };
    CHECK(error("[]") == "the status is not an object");
    CHECK(error(R"({"schema":"layer-cake.status/2"})") ==
          "a status of schema \"layer-cake.status/2\", not \"layer-cake.status/1\"");
    CHECK(error(R"({"schema":"layer-cake.status/1","processes":{}})") == "\"processes\" of the status is not a list");
    CHECK(error(R"({"schema":"layer-cake.status/1","processes":[{"state":"odd"}]})") ==
          "\"state\" of a process is not known");
    CHECK(error(R"({"schema":"layer-cake.status/1","processes":[{"state":"failed","pid":"1"}]})") ==
          "\"pid\" of a process is not a whole number");
    CHECK(error(R"({"schema":"layer-cake.status/1","group":{"pid":99999999999}})") ==
          "\"pid\" of \"group\" is not a whole number");
    CHECK(error(R"({"schema":"layer-cake.status/1","group":{"since":"noon"}})") ==
          "\"since\" of \"group\" is not a time");
}
