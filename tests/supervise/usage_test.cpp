#include <csignal>
#include <doctest/doctest.h>
#include <layer_cake/supervise/usage.hpp>
#include <sys/wait.h>
#include <unistd.h>

using namespace layer_cake;
using namespace layer_cake::supervise;

TEST_CASE("what a process takes is told with its descendants, until it is gone") {
    const pid_t child = ::fork();
    if (child == 0) {
        ::pause();
        ::_exit(0);
    }
    const auto both = usage_of(::getpid()), one = usage_of(child);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    REQUIRE(both.has_value());
    REQUIRE(one.has_value());
    CHECK(one->processes == 1);
    CHECK(one->memory > 0);
    CHECK(both->processes >= 2);
    CHECK(both->memory > one->memory);
    CHECK(both->cpu >= one->cpu);
    CHECK_FALSE(usage_of(child).has_value());
}
