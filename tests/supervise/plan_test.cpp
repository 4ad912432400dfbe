#include <algorithm>
#include <doctest/doctest.h>
#include <layer_cake/supervise/plan.hpp>
#include <random>

using namespace layer_cake;
using namespace layer_cake::supervise;
using Names = std::vector<std::string>;

namespace {

home::Role role(std::string name, Names needs = {}) {
    home::Role made;
    made.name = made.base = std::move(name);
    made.command = {"/bin/true"};
    for (auto& need : needs)
        made.depends_on.push_back({std::move(need), home::Condition::started});
    return made;
}

home::Group group(std::vector<home::Role> roles) {
    return {"g", "", std::move(roles)};
}

std::size_t place(const Names& names, std::string_view name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

} // namespace

TEST_CASE("roles start after what they depend on, otherwise in the order of the file") {
    CHECK(start_order(group({role("c"), role("a"), role("b")})) == Names{"c", "a", "b"});
    CHECK(start_order(group({role("web", {"db", "cache"}), role("log"), role("cache"), role("db")})) ==
          Names{"log", "cache", "db", "web"});
    CHECK(start_order(group({role("a", {"gone"}), role("b")})) == Names{"a", "b"});
    CHECK(start_order(group({})) == Names{});
}

TEST_CASE("whatever the dependencies, nobody starts before them and nobody is lost") {
    std::mt19937 random(11);
    for (int round = 0; round < 30; ++round) {
        const int count = 1 + static_cast<int>(random() % 16);
        std::vector<home::Role> roles;
        std::vector<int> rank(static_cast<std::size_t>(count)); // edges go to a smaller rank: no cycle
        for (int i = 0; i < count; ++i)
            rank[static_cast<std::size_t>(i)] = i;
        std::shuffle(rank.begin(), rank.end(), random);
        for (int i = 0; i < count; ++i) {
            Names needs;
            for (int j = 0; j < count; ++j)
                if (rank[static_cast<std::size_t>(j)] < rank[static_cast<std::size_t>(i)] && random() % 5 == 0)
                    needs.push_back("r" + std::to_string(j));
            roles.push_back(role("r" + std::to_string(i), needs));
        }
        const auto all = group(roles);
        const auto order = start_order(all);
        REQUIRE(order.size() == roles.size());
        for (const auto& one : roles) {
            CHECK(place(order, one.name) < order.size());
            for (const auto& need : one.depends_on)
                CHECK(place(order, need.role) < place(order, one.name));
            const auto below = with_dependencies(all, {one.name});
            for (const auto& other : roles) { // each is the other's reverse
                const auto above = with_dependents(all, {other.name});
                CHECK((place(below, other.name) < below.size()) == (place(above, one.name) < above.size()));
            }
        }
    }
}

TEST_CASE("a cycle that slipped through loses nobody") {
    const auto order = start_order(group({role("a", {"b"}), role("b", {"a"}), role("c")}));
    CHECK(order == Names{"c", "a", "b"});
}

TEST_CASE("a role brings along what it depends on, and takes along what depends on it") {
    const auto all = group({role("web", {"api"}), role("api", {"db"}), role("db"), role("log")});
    CHECK(with_dependencies(all, {"api"}) == Names{"db", "api"});
    CHECK(with_dependents(all, {"api"}) == Names{"api", "web"});
    CHECK(with_dependencies(all, {"log", "web"}) == Names{"db", "api", "web", "log"});
    CHECK(with_dependents(all, {"nobody"}) == Names{});
}

TEST_CASE("a difference says which processes must be new and which need not notice") {
    const auto before = group({role("same"), role("gone"), role("command"), role("policy"), role("fd"), role("told")});
    auto after = group({role("same"), role("command"), role("policy"), role("fd"), role("told"), role("fresh")});
    after.roles[1].command.push_back("-v");
    after.roles[2].restart.policy = home::RestartRules::Policy::always;
    after.roles[3].ready = home::Probe{};
    after.roles[3].ready->kind = home::Probe::Kind::fd;
    after.roles[4].ready = home::Probe{};
    after.roles[4].ready->kind = home::Probe::Kind::notify;

    const auto changes = difference(before, after);
    CHECK(changes.added == Names{"fresh"});
    CHECK(changes.removed == Names{"gone"});
    CHECK(changes.changed == Names{"command", "fd", "told"});
    CHECK(changes.updated == Names{"policy"});
    CHECK(difference(after, after).empty());
}

TEST_CASE("every key in which roles differ is named") {
    home::Role before, after;
    after.user = "nobody";
    after.log.max_size = 1;
    after.environment = {{"A", "1"}};
    CHECK(changed_keys(before, after) == Names{"environment", "log", "user"});
    CHECK(changed_keys(before, before).empty());
}

TEST_CASE("of a difference only what concerns some roles can be taken over") {
    const auto running = group({role("a"), role("b"), role("old"), role("gone")});
    auto wanted = group({role("fresh"), role("b"), role("a"), role("later")});
    wanted.roles[1].command.push_back("-v");
    wanted.roles[2].user = "nobody";
    wanted.main_role = "b";

    const auto taken = restricted(difference(running, wanted), {"a", "fresh", "gone"});
    CHECK(taken.added == Names{"fresh"});
    CHECK(taken.changed == Names{"a"});
    CHECK(taken.removed == Names{"gone"});
    const auto after = merged(running, wanted, taken);
    Names names;
    for (const auto& one : after.roles)
        names.push_back(one.name);
    CHECK(names == Names{"fresh", "b", "a", "old"});
    CHECK(after.find("a")->user == "nobody");
    CHECK(after.find("b")->command == running.find("b")->command);
    CHECK(after.main_role.empty());
    CHECK(difference(after, wanted).changed == Names{"b"});
}
