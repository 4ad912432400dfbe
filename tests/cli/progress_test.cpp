#include <cli/progress.hpp>
#include <doctest/doctest.h>
#include <sstream>

using namespace layer_cake;
using namespace layer_cake::cli;
using supervise::State;

namespace {

GroupView view_of(State web, State db, std::string reason = {}) {
    supervise::GroupStatus status;
    for (const char* name : {"web", "db"}) {
        supervise::RoleStatus role;
        role.name = name;
        role.state = role.name == "web" ? web : db;
        role.ready = role.state == State::running;
        if (role.name == "web") role.reason = reason;
        status.roles.push_back(role);
    }
    return GroupView(std::move(status));
}

} // namespace

TEST_CASE("without a terminal a line is printed each time a role has reached something") {
    std::ostringstream err;
    Progress progress(err, {"web", "db"}, {});
    progress.show(view_of(State::waiting, State::starting));
    progress.show(view_of(State::starting, State::starting));
    progress.show(view_of(State::failed, State::running, "exit 1"));
    progress.finish();
    CHECK(err.str() == "started db\nstarted web\nfailed web: exit 1\nready db\n");
}

TEST_CASE("where roles stood before anything was asked is no news") {
    std::ostringstream err;
    Progress progress(err, {"web", "db"}, {});
    progress.begin(view_of(State::running, State::stopped));
    progress.show(view_of(State::running, State::stopped));
    progress.show(view_of(State::stopped, State::stopped));
    CHECK(err.str() == "stopped web\n");
}

TEST_CASE("a role whose restart was not seen, but whose process is another one, is said to be ready again") {
    std::ostringstream err;
    auto status = view_of(State::running, State::running).status();
    status.roles[0].started_at = WallTime(std::chrono::seconds(1));
    Progress progress(err, {"web", "db"}, {});
    progress.begin(GroupView(status));
    progress.show(GroupView(status));
    status.roles[0].started_at = WallTime(std::chrono::seconds(2));
    progress.show(GroupView(status));
    CHECK(err.str() == "ready web\n");
}

TEST_CASE("on a terminal the lines are rewritten in place, and only when they change") {
    std::ostringstream err;
    Progress progress(err, {"web", "db"}, {.live = true});
    progress.show(view_of(State::waiting, State::starting));
    progress.show(view_of(State::waiting, State::starting));
    progress.show(view_of(State::starting, State::running));
    CHECK(err.str() == "\x1b[J  web  waiting\n  db   starting\n\x1b[2A\x1b[J  web  starting\n  db   ready\n");
}

TEST_CASE("more roles than rows show those that have not settled, and a count") {
    std::ostringstream err;
    supervise::GroupStatus many;
    std::vector<std::string> names;
    for (int i = 0; i < 3; ++i) {
        supervise::RoleStatus role;
        role.name = "r" + std::to_string(i);
        role.state = i == 2 ? State::waiting : State::completed;
        names.push_back(role.name);
        many.roles.push_back(role);
    }
    Progress crowded(err, names, {.live = true, .rows = 2});
    crowded.show(GroupView(std::move(many)));
    CHECK(err.str() == "\x1b[J  r2  waiting\n  2 of 3 done\n");
}

TEST_CASE("what a program says cannot move the cursor") {
    std::ostringstream err;
    Progress progress(err, {"web"}, {});
    progress.show(view_of(State::failed, State::waiting, "bad\x1b[2J"));
    CHECK(err.str() == "failed web: bad\\x1b[2J\n");
}

TEST_CASE("no line is wider than a narrow terminal, however long the names are") {
    std::ostringstream err;
    supervise::GroupStatus group;
    supervise::RoleStatus role;
    role.name = "a-name-of-thirty-seven-characters-0000";
    role.state = State::backoff;
    role.reason = "exit 1; restart 5 in 3.8s";
    group.roles.push_back(role);
    Progress progress(err, {role.name}, {.live = true, .columns = 39});
    progress.show(GroupView(std::move(group)));
    CHECK(err.str() == "\x1b[J  a-name-of-thirty-seven-ch  backoff  e\n");
}
