#include <doctest/doctest.h>
#include <layer_cake/supervise/sub_roles.hpp>

using namespace layer_cake::supervise;

namespace {

std::string line(std::initializer_list<std::string_view> arguments) {
    std::string text;
    for (const auto argument : arguments)
        text.append(argument).push_back('\0');
    return text;
}

} // namespace

TEST_CASE("a process started for an object says its role in its command line") {
    CHECK(sub_role_in(line({"./shop", "--child-process", "--role-name=shop.worker-0"})) == "shop.worker-0");
    CHECK(sub_role_in(line({"./shop", "--role-name=shop.worker-0", "--child-process", "x"})) == "shop.worker-0");
}

TEST_CASE("other processes are no sub-roles, whatever they are called") {
    CHECK(sub_role_in(line({"./shop", "--role-name=shop.worker-0"})).empty());
    CHECK(sub_role_in(line({"--child-process", "--role-name=a.b"})).empty());
    CHECK(sub_role_in(line({"./shop", "--child-process"})).empty());
    CHECK(sub_role_in("").empty());
    CHECK(sub_role_in("no zero byte").empty());
}
