#include <cli/group_view.hpp>
#include <doctest/doctest.h>

using namespace layer_cake;
using namespace layer_cake::cli;

namespace {

supervise::RoleStatus role(std::string name, supervise::State state) {
    supervise::RoleStatus status;
    status.name = status.role = std::move(name);
    status.state = state;
    return status;
}

codec::Value snapshot(std::vector<supervise::RoleStatus> roles) {
    supervise::GroupStatus status;
    status.home = "/srv/home";
    status.roles = std::move(roles);
    codec::Value event = codec::Object{};
    event.set("event", "snapshot");
    event.set("status", supervise::to_json(status));
    return event;
}

codec::Value change(const supervise::RoleStatus& role) {
    codec::Value event = codec::Object{};
    event.set("event", "role");
    event.set("role", supervise::to_json(role));
    return event;
}

} // namespace

TEST_CASE("a view knows nothing before its snapshot and all of it afterwards") {
    GroupView view;
    CHECK_FALSE(view.known());
    REQUIRE(view.apply(snapshot({role("web", supervise::State::starting)})));
    CHECK(view.known());
    REQUIRE(view.find("web"));
    CHECK(view.find("web")->state == supervise::State::starting);
    CHECK_FALSE(view.find("db"));
}

TEST_CASE("a role event replaces what was known of that role alone") {
    GroupView view;
    REQUIRE(view.apply(snapshot({role("web", supervise::State::starting), role("db", supervise::State::waiting)})));
    REQUIRE(view.apply(change(role("web", supervise::State::running))));
    CHECK(view.find("web")->state == supervise::State::running);
    CHECK(view.find("db")->state == supervise::State::waiting);
}

TEST_CASE("an answer that was overtaken by events changes nothing") {
    supervise::GroupStatus answer;
    answer.changes = 3;
    answer.roles = {role("web", supervise::State::starting)};
    GroupView view;
    view.refresh(answer);
    CHECK_FALSE(view.known()); // without a snapshot there is nothing to be newer than
    REQUIRE(view.apply(snapshot({role("web", supervise::State::waiting)})));
    view.refresh(answer);
    CHECK(view.find("web")->state == supervise::State::starting);
    auto event = change(role("web", supervise::State::running));
    event.set("changes", std::int64_t{4});
    REQUIRE(view.apply(event));
    view.refresh(answer);
    CHECK(view.find("web")->state == supervise::State::running);
}

TEST_CASE("a role that appears later joins the view") {
    GroupView view;
    REQUIRE(view.apply(snapshot({role("web", supervise::State::running)})));
    REQUIRE(view.apply(change(role("web-2", supervise::State::waiting))));
    CHECK(view.status().roles.size() == 2);
}

TEST_CASE("the end event says what the group returned") {
    GroupView view;
    REQUIRE(view.apply(snapshot({role("web", supervise::State::running)})));
    codec::Value end = codec::Object{};
    end.set("event", "end");
    end.set("returned", home::Ended{home::Ended::How::exited, 3, {}}.to_json());
    REQUIRE(view.apply(end));
    CHECK(view.ended());
    CHECK(view.returned().find("code")->integer() == 3);
}

TEST_CASE("an event of an unknown kind changes nothing, one without a kind is refused") {
    GroupView view;
    codec::Value odd = codec::Object{};
    CHECK_FALSE(view.apply(odd));
    odd.set("event", "weather");
    CHECK(view.apply(odd));
    CHECK_FALSE(view.known());
}
