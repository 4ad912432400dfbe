#include <cli/role_words.hpp>
#include <doctest/doctest.h>

using namespace layer_cake;
using namespace layer_cake::cli;

namespace {

using Names = std::vector<std::string>;
const Names names{"server", "server2", "worker-0", "worker-1", "cache"};

home::Group group() {
    home::Group all;
    for (const auto& name : names) {
        home::Role role;
        role.name = name;
        role.base = name.substr(0, name.find('-'));
        all.roles.push_back(role);
    }
    return all;
}

} // namespace

TEST_CASE("a search word selects every name it matches at the start, in the order of the file") {
    CHECK(*search_names(names, {"work", "server"}) == Names{"server", "server2", "worker-0", "worker-1"});
    CHECK(*search_names(names, {".*-1"}) == Names{"worker-1"});
    CHECK(*search_names(names, {}) == names);
}

TEST_CASE("a search word that matches nothing is an error of its own, whatever the others match") {
    const auto found = search_names(names, {"server", "orker"});
    REQUIRE_FALSE(found);
    CHECK(found.error() == Error{Fault::missing, "no role matches \"orker\""});
}

TEST_CASE("a bad pattern is refused") {
    CHECK(search_names(names, {"("}).error().fault == Fault::invalid);
}

TEST_CASE("the name of a role means that role, though it begins another's name") {
    CHECK(*named_roles(group(), {"server"}) == Names{"server"});
    CHECK(*named_role(group(), "server") == "server");
}

TEST_CASE("the name of a replicated role means all its replicas") {
    CHECK(*named_roles(group(), {"worker"}) == Names{"worker-0", "worker-1"});
    CHECK(named_role(group(), "worker").error().fault == Fault::invalid);
}
