#include <algorithm>
#include <cli/narrative.hpp>
#include <doctest/doctest.h>
#include <layer_cake/core/time_text.hpp>

using namespace layer_cake;
using namespace layer_cake::cli;
using namespace std::chrono_literals;
using supervise::State;

namespace {

const WallTime now = *parse_time("2026-11-23T12:00:00Z");

home::Group group() { // web needs cache ready, cache needs db ready
    home::Group all;
    for (const char* name : {"db", "cache", "web"}) {
        home::Role role;
        role.name = role.base = name;
        all.roles.push_back(role);
    }
    all.roles[1].depends_on = {{"db", home::Condition::ready}};
    all.roles[2].depends_on = {{"cache", home::Condition::ready}};
    return all;
}

supervise::RoleStatus role(std::string name, State state) {
    supervise::RoleStatus status;
    status.name = std::move(name);
    status.state = state;
    return status;
}

GroupView view_of(std::vector<supervise::RoleStatus> roles) {
    supervise::GroupStatus status;
    status.roles = std::move(roles);
    return GroupView(std::move(status));
}

bool says(const std::vector<std::string>& lines, std::string_view line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
}

} // namespace

TEST_CASE("a waiting role is explained down to the one that everything waits for") {
    const home::Group all = group();
    const GroupView view =
        view_of({role("db", State::starting), role("cache", State::waiting), role("web", State::waiting)});
    const auto lines = explain(Facts{all, view, "web", {}, {}, now});
    CHECK(lines[0] == "\"web\" is waiting to be started.");
    CHECK(lines[1] == "  it needs \"cache\" to be ready, which is waiting");
    CHECK(lines[2] == "    it needs \"db\" to be ready, which is starting");
    CHECK(says(lines, "It was never started."));
}

TEST_CASE("a role that will be restarted says when, and how much of its budget is left") {
    home::Group all = group();
    all.roles[0].restart.policy = home::RestartRules::Policy::on_failure;
    auto db = role("db", State::backoff);
    db.reason = "exit 1";
    db.restarts = 4;
    db.restarts_in_window = 4;
    db.restarts_max = 5;
    db.stopped_at = now - 2s;
    db.next_start_at = now + 3800ms;
    const GroupView view = view_of({db});
    const auto lines = explain(Facts{all, view, "db", {}, {"boom"}, now});
    CHECK(lines[0] == "\"db\" ended 2.0s ago and will be started again.");
    CHECK(says(lines, "Reason: exit 1."));
    CHECK(says(lines, "Next start: in 3.8s."));
    CHECK(says(lines, "Restarts: 4 so far, policy on_failure; 4 of 5 failures within 1m used up."));
    CHECK(says(lines, "Needed by: cache, web."));
    CHECK(says(lines, "  boom"));
}

TEST_CASE("without a group to ask the history still tells the last end") {
    const home::Group all = group();
    home::Life life;
    life.started = now - 60s;
    life.stopped = now - 50s;
    life.ended = {home::Ended::How::signaled, 9, {}};
    const auto lines = explain(Facts{all, GroupView(), "db", {life}, {}, now});
    CHECK(lines[0] == "\"db\" is not up: its group does not run.");
    CHECK(lines[1] == "Last end: SIGKILL, 50.0s ago, after 10.0s.");
}

TEST_CASE("JSON holds the chain of causes") {
    const home::Group all = group();
    const GroupView view =
        view_of({role("db", State::starting), role("cache", State::waiting), role("web", State::waiting)});
    const auto value = explain_json(Facts{all, view, "web", {}, {}, now});
    const auto& first = value.find("depends_on")->array()->front();
    CHECK(*first.find("role")->string() == "cache");
    CHECK(first.find("holds")->boolean() == false);
    CHECK(*first.find("because")->array()->front().find("role")->string() == "db");
}
