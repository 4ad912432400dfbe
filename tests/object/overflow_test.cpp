#include "tests/object/talk.hpp"
#include <csignal>
#include <doctest/doctest.h>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/object/fiber.hpp>
#include <layer_cake/object/named.hpp>
#include <layer_cake/object/overflow.hpp>
#include <sys/wait.h>
#include <unistd.h>

namespace lc = layer_cake;
using namespace talk;

namespace {

std::int64_t dig(std::int64_t depth);
std::int64_t (*volatile deeper)(std::int64_t) = dig; ///< no compiler sees that it goes round

// The address sanitizer would make frames larger, and put the room elsewhere.
[[gnu::no_sanitize_address]] std::int64_t dig(std::int64_t depth) {
    volatile char room[256];
    auto& some = room[depth % 256]; // of all of it: a constant place would be all that a compiler keeps
    some = static_cast<char>(depth);
    return depth == 0 ? some : deeper(depth - 1) + some;
}

Sum digger(lc::Self&, std::int64_t depth) {
    return {dig(depth)};
}
LAYER_CAKE_OBJECT(digger)

} // namespace

TEST_CASE("a function has the stack it asked for, and how much it used can be read") {
    lc::Runtime runtime;
    runtime.run([](lc::Self& self) {
        self.create(lc::here().with_stack(1 << 20), digger, 1500);
        CHECK(self.input().get<lc::Returned>()->message.is<Sum>());
    });
    const auto* profile = layer_cake::object::find_profile("digger");
    REQUIRE(profile);
    CHECK(profile->stack_used > 300'000);
    CHECK(profile->stack_used <= 1 << 20);
}

#ifndef LAYER_CAKE_SANITIZER
TEST_CASE("a stack that is too small is named before the process dies of it") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const lc::Fd out(ends[0]);
    lc::Fd in(ends[1]);
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGSEGV, SIG_DFL);
        layer_cake::object::report_stack_overflows(in.get());
        lc::Runtime runtime;
        runtime.run([](lc::Self& self) {
            self.create(lc::here().with_stack(16 << 10), digger, 1'000'000);
            self.input();
        });
        ::_exit(0);
    }
    in.reset();
    char text[300];
    const auto size = ::read(out.get(), text, sizeof text);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    const std::string line(text, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    CHECK(line.starts_with("object digger <"));
    CHECK(line.ends_with(">: its stack of 16384 bytes is too small\n"));
}
#endif
