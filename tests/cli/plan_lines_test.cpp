#include <cli/plan_lines.hpp>
#include <doctest/doctest.h>
#include <sstream>

using namespace layer_cake;
using namespace layer_cake::cli;

TEST_CASE("a plan says what is added, restarted and why, and removed") {
    Plan plan;
    plan.changes.added = {"web"};
    plan.changes.changed = {"cache"};
    plan.changes.keys["cache"] = {"command"};
    plan.changes.removed = {"old"};
    plan.started = {"api"};
    std::ostringstream out;
    plan_table(plan, true).print(out, false);
    CHECK(out.str() == "+ web    add\n+ api    start\n~ cache  restart (command changed)\n- old    remove\n");
}

TEST_CASE("the answer of a reload is read back") {
    codec::Value answer = codec::Object{};
    answer.set("added", codec::Array{"web"});
    answer.set("keys", codec::Object{{"db", codec::Array{"user"}}});
    CHECK(changes_from_json(answer).added == std::vector<std::string>{"web"});
    CHECK(changes_from_json(answer).removed.empty());
    CHECK(changes_from_json(answer).keys["db"] == std::vector<std::string>{"user"});
}
