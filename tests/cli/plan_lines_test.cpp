#include <cli/plan_lines.hpp>
#include <doctest/doctest.h>
#include <sstream>

using namespace layer_cake;
using namespace layer_cake::cli;

namespace {

home::Group group(std::vector<std::pair<std::string, std::string>> roles) {
    home::Group all;
    for (auto& [name, command] : roles) {
        home::Role role;
        role.name = role.base = name;
        role.command = {command};
        all.roles.push_back(role);
    }
    return all;
}

} // namespace

TEST_CASE("a plan says what is added, restarted and why, and removed") {
    const auto before = group({{"cache", "a"}, {"old", "b"}});
    const auto after = group({{"cache", "c"}, {"web", "d"}});
    supervise::Changes changes;
    changes.added = {"web"};
    changes.changed = {"cache"};
    changes.removed = {"old"};
    std::ostringstream out;
    plan_table(before, after, changes, true).print(out, false);
    CHECK(out.str() == "+ web    add\n~ cache  restart (command changed)\n- old    remove\n");
}

TEST_CASE("every key in which roles differ is named") {
    home::Role before, after;
    after.user = "nobody";
    after.log.max_size = 1;
    after.environment = {{"A", "1"}};
    CHECK(changed_keys(before, after) == std::vector<std::string>{"environment", "log", "user"});
    CHECK(changed_keys(before, before).empty());
}

TEST_CASE("the answer of a reload is read back") {
    codec::Value answer = codec::Object{};
    answer.set("added", codec::Array{"web"});
    CHECK(changes_from_json(answer).added == std::vector<std::string>{"web"});
    CHECK(changes_from_json(answer).removed.empty());
}
