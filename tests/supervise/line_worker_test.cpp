#include <algorithm>
#include <csignal>
#include <doctest/doctest.h>
#include <layer_cake/supervise/line_worker.hpp>
#include <string>
#include <unistd.h>

using namespace layer_cake;
using namespace layer_cake::supervise;

namespace {

/// A worker whose process is the test itself.
struct Fixture {
    Loop loop;
    LinePipes ours, theirs;
    [[maybe_unused]] const bool made = make_line_pipes(ours, theirs).has_value();
    std::string done, refused; ///< their numbers
    std::string broken;
    LineWorker worker;

    Fixture()
        : worker(loop, std::move(ours),
                 {.done = [this](std::uint64_t job) { done += std::to_string(job) + " "; },
                  .refused = [this](std::uint64_t job) { refused += std::to_string(job) + " "; },
                  .failed = [](std::uint64_t) {},
                  .broken = [this](std::string why) { broken = std::move(why); }}) {}

    void ask(std::uint64_t id, std::string body) {
        net::HttpRequest request;
        request.method = "POST";
        request.headers = {{"Content-Type", "application/json"}};
        request.body = std::move(body);
        worker.take(std::make_shared<PoolJob>(id, std::move(request), nullptr));
    }
    std::string asked() {
        char bytes[1 << 16];
        const auto got = ::read(theirs.from.get(), bytes, sizeof bytes);
        REQUIRE(got >= 0);
        return std::string(bytes, bytes + std::max<ssize_t>(got, 0));
    }
    void say(std::string_view text) {
        REQUIRE(::write(theirs.to.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
        loop.turn();
    }
};

} // namespace

TEST_CASE("lines go and answers come, however they are cut") {
    Fixture f;
    f.ask(1, "{\"a\":1}\n");
    CHECK(f.asked() == "{\"a\":1}\n");
    f.say("[1");
    CHECK(f.done.empty());
    f.say("]\n");
    CHECK(f.done == "1 ");
    f.ask(2, "2\n");
    f.ask(3, "3\n");
    CHECK(f.asked() == "2\n3\n");
    f.say("2\n3");
    CHECK(f.done == "1 2 ");
    f.say("\n");
    CHECK(f.done == "1 2 3 ");
    CHECK(f.broken == "");
}

TEST_CASE("a request larger than the pipe goes on as the worker reads") {
    Fixture f;
    const std::string large = '"' + std::string(1 << 20, 'x') + "\"\n";
    f.ask(1, large);
    f.ask(2, "2\n");
    std::string got;
    while (got.size() < large.size() + 2) {
        got += f.asked();
        f.loop.turn();
    }
    CHECK(got == large + "2\n");
    f.say("1\n2\n");
    CHECK(f.done == "1 2 ");
}

TEST_CASE("a line that nobody asked for breaks the worker") {
    Fixture quiet;
    quiet.say("hello\n");
    CHECK(quiet.broken == "it wrote a line that nobody asked for");
    Fixture part;
    part.say("hel");
    CHECK(part.broken == "it wrote a line that nobody asked for");
    Fixture twice;
    twice.ask(1, "1\n");
    twice.say("1\n2\n");
    CHECK(twice.done == "1 ");
    CHECK(twice.broken == "it wrote a line that nobody asked for");
}

TEST_CASE("a worker that closes its pipes, or never ends a line, is broken") {
    Fixture closed;
    closed.ask(1, "1\n");
    closed.theirs.to.reset();
    closed.loop.turn();
    CHECK(closed.broken == "it closed its stdout");
    const auto before = std::signal(SIGPIPE, SIG_IGN); // as in the supervisor
    Fixture deaf;
    deaf.theirs.from.reset();
    deaf.ask(1, "1\n");
    CHECK(deaf.broken == "it does not read its stdin");
    std::signal(SIGPIPE, before);
    Fixture endless;
    endless.ask(1, "1\n");
    const std::string part(1 << 16, 'x');
    for (int i = 0; i < 300 && endless.broken.empty(); ++i)
        endless.say(part);
    CHECK(endless.broken == "it wrote a line of more than 16 MiB");
    CHECK(endless.done.empty());
}

TEST_CASE("what is no JSON is refused, and the process does not see it") {
    Fixture f;
    f.ask(1, "{\"a\":");
    CHECK(f.refused == "1 ");
    f.ask(2, "2");
    CHECK(f.asked() == "2\n");
    f.say("2\n");
    CHECK(f.done == "2 ");
}
