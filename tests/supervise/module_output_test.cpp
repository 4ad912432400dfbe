#include <doctest/doctest.h>
#include <fcntl.h>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/supervise/module_output.hpp>
#include <unistd.h>

using namespace layer_cake;
using namespace layer_cake::supervise;

namespace {

constexpr std::string_view value = R"({"value":["integer8",720,[]]})";

/// An output whose child is this test, and a log that is read back.
struct Module {
    Module() {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        log_end = Fd(ends[0]);
        ::fcntl(log_end.get(), F_SETFL, O_NONBLOCK);
        log = Fd(ends[1]);
        output.emplace(loop, log.get());
        REQUIRE(output->open());
        child = Fd(::fcntl(output->child_end(), F_DUPFD_CLOEXEC, 0));
        output->started();
    }

    void print(std::string_view text) const {
        REQUIRE(::write(child.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    void turn() { ::uv_run(loop.uv(), UV_RUN_NOWAIT); }
    std::string logged() const {
        std::string all;
        char bytes[4096];
        for (ssize_t got; (got = ::read(log_end.get(), bytes, sizeof bytes)) > 0;)
            all.append(bytes, static_cast<std::size_t>(got));
        return all;
    }

    Loop loop;
    Fd log_end, log, child;
    std::optional<ModuleOutput> output;
};

} // namespace

TEST_CASE("the value is kept, what is printed beside it is logged") {
    Module module;
    module.print("first\nsec");
    module.turn();
    CHECK(module.logged() == "first\nsec");
    module.print("ond\n");
    module.print(value);
    module.print("\n");
    CHECK(module.output->finish() == value);
    CHECK(module.logged() == "ond\n");
}

TEST_CASE("a value without its newline is one; of two the last is") {
    Module module;
    module.print(R"({"value":1})"
                 "\n");
    module.print(value);
    CHECK(module.output->finish() == value);
    CHECK(module.logged() == "{\"value\":1}\n");
}

TEST_CASE("a process that prints nothing has no value") {
    Module module;
    CHECK(module.output->finish().empty());
    CHECK(module.logged().empty());
}

TEST_CASE("a flood is let through as the log takes it, and no more is held than a pipe has") {
    Module module;
    ::fcntl(module.child.get(), F_SETFL, O_NONBLOCK);
    const std::string lines(4096, '\n');
    std::size_t sent = 0;
    for (int turns = 0; turns < 500; ++turns) {
        while (::write(module.child.get(), lines.data(), lines.size()) > 0)
            sent += lines.size();
        module.turn();
    }
    CHECK(sent < (512u << 10)); // three pipes full: the writer waits
    std::size_t read = 0;
    while (read < sent) {
        read += module.logged().size();
        module.turn();
    }
    CHECK(read == sent);
    CHECK(module.output->finish().empty());
}

TEST_CASE("what is too long to be a value is a line of the log") {
    Module module;
    ::fcntl(module.child.get(), F_SETFL, O_NONBLOCK);
    std::string line = R"({"value":[")" + std::string(ModuleOutput::value_limit, 'x') + "\"]}\n";
    std::size_t logged = 0;
    for (std::string_view rest = line; !rest.empty() || logged < line.size();) {
        const auto written = rest.empty() ? 0 : ::write(module.child.get(), rest.data(), rest.size());
        if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
        module.turn();
        logged += module.logged().size();
    }
    CHECK(module.output->finish().empty());
}
