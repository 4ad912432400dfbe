#include <cli/goal.hpp>
#include <doctest/doctest.h>

using namespace layer_cake;
using namespace layer_cake::cli;
using supervise::RoleStatus;
using supervise::State;

namespace {

RoleStatus role(std::string name, State state, bool ready = false) {
    RoleStatus status;
    status.name = std::move(name);
    status.state = state;
    status.ready = ready;
    return status;
}

home::Ended exited(int code) {
    return {home::Ended::How::exited, code, {}};
}

GroupView view_of(std::vector<RoleStatus> roles) {
    supervise::GroupStatus status;
    status.roles = std::move(roles);
    return GroupView(std::move(status));
}

home::Group chain() { // web needs cache to be ready, cache needs db to be completed
    home::Group group;
    for (const char* name : {"db", "cache", "web"}) {
        home::Role one;
        one.name = one.base = name;
        group.roles.push_back(one);
    }
    group.roles[1].depends_on = {{"db", home::Condition::completed}};
    group.roles[2].depends_on = {{"cache", home::Condition::ready}};
    return group;
}

} // namespace

TEST_CASE("a role that runs but is not ready has started and is not ready yet") {
    const auto starting = role("web", State::starting);
    CHECK(judge(starting, Goal::started, false).kind == Verdict::Kind::reached);
    CHECK(judge(starting, Goal::ready, false).kind == Verdict::Kind::not_yet);
    CHECK(judge(starting, Goal::stopped, false).kind == Verdict::Kind::not_yet);
}

TEST_CASE("a role that could not be started never will have") {
    auto failed = role("web", State::failed);
    failed.last_end = home::Ended{home::Ended::How::not_started, 0, "executable \"./web\" not found"};
    failed.reason = failed.last_end->detail;
    const auto verdict = judge(failed, Goal::started, false);
    CHECK(verdict.kind == Verdict::Kind::impossible);
    CHECK(verdict.reason == "executable \"./web\" not found");
}

TEST_CASE("a role that ran and failed has been started all the same") {
    auto failed = role("web", State::failed);
    failed.last_end = exited(1);
    CHECK(judge(failed, Goal::started, false).kind == Verdict::Kind::reached);
    CHECK(judge(failed, Goal::ready, false).kind == Verdict::Kind::impossible);
    CHECK(judge(failed, Goal::completed, false).kind == Verdict::Kind::impossible);
    CHECK(judge(failed, Goal::stopped, false).kind == Verdict::Kind::reached);
}

TEST_CASE("a role between restarts may still become ready") {
    auto backoff = role("web", State::backoff);
    backoff.last_end = exited(1);
    CHECK(judge(backoff, Goal::ready, false).kind == Verdict::Kind::not_yet);
    CHECK(judge(backoff, Goal::started, false).kind == Verdict::Kind::reached);
}

TEST_CASE("a completed role counts as up only where done is as good as ready") {
    const auto done = role("migrate", State::completed);
    CHECK(judge(done, Goal::ready, true).kind == Verdict::Kind::reached);
    CHECK(judge(done, Goal::ready, false).kind == Verdict::Kind::impossible);
    CHECK(judge(done, Goal::completed, false).kind == Verdict::Kind::reached);
}

TEST_CASE("health is reached only by a role that is up and said to be healthy") {
    auto running = role("web", State::running, true);
    CHECK(judge(running, Goal::healthy, false).kind == Verdict::Kind::not_yet);
    running.health = "healthy";
    CHECK(judge(running, Goal::healthy, false).kind == Verdict::Kind::reached);
}

TEST_CASE("a failure far down the dependencies blocks what waits above it, and is named") {
    auto db = role("db", State::failed);
    db.last_end = exited(1);
    const auto view = view_of({db, role("cache", State::waiting), role("web", State::waiting)});
    const auto blocked = blocked_by(chain(), view, "web");
    REQUIRE(blocked);
    CHECK(blocked->by == "db");
    CHECK(blocked->why == "\"db\" has failed (exit 1)");
    const auto outcome = judge_all(chain(), view, {"web"}, Goal::started, true);
    REQUIRE(outcome.impossible.size() == 1);
    CHECK(outcome.impossible[0].reason == "cannot start: \"db\" has failed (exit 1)");
    CHECK(outcome.settled());
}

TEST_CASE("a role that waits for one on its way is not blocked") {
    const auto view =
        view_of({role("db", State::running, true), role("cache", State::waiting), role("web", State::waiting)});
    CHECK_FALSE(blocked_by(chain(), view, "web"));
    CHECK_FALSE(judge_all(chain(), view, {"web", "cache"}, Goal::ready, true).settled());
}

TEST_CASE("waiting is over when every role has arrived") {
    const auto view =
        view_of({role("db", State::completed), role("cache", State::running, true), role("web", State::running, true)});
    const auto outcome = judge_all(chain(), view, {"db", "cache", "web"}, Goal::ready, true);
    CHECK(outcome.settled());
    CHECK(outcome.impossible.empty());
}

TEST_CASE("goals are read by name and a near miss is suggested") {
    CHECK(*parse_goal("completed") == Goal::completed);
    CHECK(parse_goal("redy").error().detail.find("did you mean \"ready\"") != std::string::npos);
}
