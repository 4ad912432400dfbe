#include <algorithm>
#include <doctest/doctest.h>
#include <layer_cake/process/child_context.hpp>

using namespace layer_cake;
using namespace layer_cake::process;
using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

TEST_CASE("children are numbered by the first number that is free") {
    ChildNames names;
    auto first = names.take("worker", false);
    {
        const auto second = names.take("worker", false);
        CHECK(first.text() == "worker-0");
        CHECK(second.text() == "worker-1");
    }
    CHECK(names.take("worker", false).text() == "worker-1");
}

TEST_CASE("a child has the name that was wanted, while no other has it") {
    ChildNames names;
    const auto first = names.take("spool-3", true);
    CHECK(first.text() == "spool-3");
    CHECK(names.take("spool-3", true).text() == "spool-3-0");
}

TEST_CASE("names are the last part of an object's or a program's, in letters for a folder") {
    ChildNames names;
    CHECK(names.take("shop.Counter:integer8", false).text() == "Counter-0");
    CHECK(names.take("../x y", true).text() == "x_y");
    CHECK(names.take("", false).text() == "process-0");
}

TEST_CASE("a child's command line has the predecessor's flags, and no value of the object's") {
    ChildContext context;
    CHECK(child_arguments(context, "./shop", "shop.worker-0", "worker", 5s) ==
          Texts{"./shop", "--child-process", "--full-output", "--origin=SHELL", "--role-name=shop.worker-0",
                "--shutdown-deadline=4.5s", "--object-name=worker"});
    context.home = "/srv/home";
    context.origin = Origin::start_child;
    context.log_level = object::LogLevel::console;
    CHECK(child_arguments(context, "render", "shop.render-0", "", 5s) ==
          Texts{"render", "--child-process", "--full-output", "--origin=START_CHILD", "--role-name=shop.render-0",
                "--home-path=/srv/home", "--debug-level=CONSOLE", "--shutdown-deadline=4.5s"});
}

TEST_CASE("a child inherits no variable that was meant for its parent alone") {
    const char* environment[] = {"PATH=/bin", "NOTIFY_SOCKET=/x", "LAYER_CAKE_SETTINGS={\"key\":1}",
                                 "LAYER_CAKE_ROLE=shop", nullptr};
    CHECK(child_environment(environment) == Texts{"PATH=/bin", "LAYER_CAKE_ROLE=shop", "LAYER_CAKE_SESSION=3"});
}

TEST_CASE("a child is killed before its parent has to be") {
    CHECK(patience_with_child(5s, 8s) == 5s);
    CHECK(patience_with_child(1min, 10s) == 8s);
}
