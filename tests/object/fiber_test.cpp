#include <csignal>
#include <doctest/doctest.h>
#include <layer_cake/object/fiber_switch.hpp>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace layer_cake;
using namespace layer_cake::object;

namespace {

struct Script {
    Fiber* fiber = nullptr;
    std::string told;
};

[[gnu::noinline]] std::size_t dig(std::size_t depth) {
    volatile char room[1024];
    room[depth % 1024] = static_cast<char>(depth);
    return depth == 0 ? 0 : dig(depth - 1) + static_cast<std::size_t>(room[depth % 1024] != 0);
}

} // namespace

TEST_CASE("a fiber goes on where it left, with its exceptions its own") {
    StackPool pool;
    Script script;
    Fiber fiber(
        *pool.take(0),
        [](void* argument) {
            auto& script = *static_cast<Script*>(argument);
            try {
                throw std::runtime_error("inner");
            } catch (const std::exception& error) {
                script.fiber->leave();
                script.told += error.what();
                try {
                    throw;
                } catch (const std::runtime_error&) {
                    script.told += "+again";
                }
            }
        },
        &script);
    script.fiber = &fiber;
    fiber.enter();
    CHECK_FALSE(fiber.finished());
    try {
        throw std::logic_error("outer");
    } catch (const std::exception& error) {
        fiber.enter();
        CHECK(std::string(error.what()) == "outer");
        CHECK(std::current_exception());
    }
    CHECK(fiber.finished());
    CHECK(script.told == "inner+again");
    CHECK_FALSE(std::current_exception());
}

TEST_CASE("stacks are used again, and tell how much of them was used") {
    StackPool pool;
    const auto small = *pool.take(1);
    CHECK(small.size == Stack::smallest);
    CHECK(small.used() == 0);
    pool.give(small);
    CHECK(pool.kept() == 2); // few need few
    CHECK(pool.take(1)->top == small.top);

    const auto deep = *pool.take(256 << 10);
    CHECK(deep.size == 256 << 10);
    {
        Fiber fiber(
            deep, [](void*) { dig(100); }, nullptr);
        fiber.enter();
    }
    [[maybe_unused]] const auto used = deep.used(), given = pool.give(deep);
#ifndef LAYER_CAKE_SANITIZER // which keep locals elsewhere
    CHECK(used > 100 << 10);
    CHECK(used < 160 << 10);
#endif
#ifndef LAYER_CAKE_ADDRESS_SANITIZER
    CHECK(given >= 100 << 10);
#endif
    CHECK(deep.used() <= 8 << 10);
}

TEST_CASE("a stack that overflows hits its guard page, not its neighbour") {
    StackPool pool;
    const auto above = *pool.take(Stack::smallest);
    const auto below = *pool.take(Stack::smallest);
    CHECK(above.guards(above.bottom() - 1));
    CHECK_FALSE(above.guards(above.bottom()));
    CHECK((below.top <= above.bottom() - Stack::page() || above.top <= below.bottom() - Stack::page()));
#ifndef LAYER_CAKE_SANITIZER
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGSEGV, SIG_DFL);
        *(volatile std::byte*)(above.bottom() - 1) = std::byte{1};
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGSEGV);
#endif
}
