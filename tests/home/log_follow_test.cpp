#include "tests/home/log_fixture.hpp"
#include <layer_cake/home/log_follow.hpp>

using namespace layer_cake;
using namespace layer_cake::home;
using namespace std::chrono_literals;

namespace {

/// Follows one folder, and stops the loop when a wanted line came.
struct Following : LogFixture {
    Loop loop;
    std::string seen, wanted;
    std::unique_ptr<LogFollower> follower =
        std::make_unique<LogFollower>(loop, [this](const auto&, const LogLine& line) {
            seen += line.text + " ";
            if (line.text == wanted) loop.stop();
        });

    void run_until(const std::string& line) {
        wanted = line;
        Timer limit(loop);
        limit.start(20s, [&] { loop.stop(); });
        loop.run();
    }
};

} // namespace

TEST_CASE_FIXTURE(Following, "a follower begins with what is there and goes on with what comes") {
    auto log = writer();
    put(log, "one\ntwo\n");
    LogReader reader(folder);
    reader.seek_tail(1);
    REQUIRE(follower->add("web", std::move(reader)));
    run_until("two");
    put(log, "three\n");
    run_until("three");
    CHECK(seen == "two three ");
}

TEST_CASE_FIXTURE(Following, "a folder may appear later, and its parents too") {
    folder = temporary.path() / "role" / "web" / "logs";
    REQUIRE(follower->add("web", LogReader(folder)));
    loop.turn();
    std::filesystem::create_directories(folder.parent_path());
    loop.turn();
    auto log = writer();
    put(log, "one\n");
    run_until("one");
    CHECK(seen == "one ");
}

TEST_CASE_FIXTURE(Following, "a follower goes on over rotations") {
    rules = {.max_size = 4 << 10, .max_total = 10 << 20};
    auto log = writer();
    REQUIRE(follower->add("web", LogReader(folder)));
    std::string all;
    for (int number = 0; number < 1000; ++number) {
        const auto line = std::to_string(number);
        put(log, line + "\n");
        all += line + " ";
        if (number % 100 == 99) run_until(line);
    }
    CHECK(seen == all);
}

TEST_CASE_FIXTURE(Following, "a follower goes on when the home was destroyed and made again") {
    folder = temporary.path() / "home" / "role" / "web" / "logs";
    std::filesystem::create_directories(folder.parent_path());
    {
        auto log = writer();
        REQUIRE(follower->add("web", LogReader(folder)));
        put(log, "one\nunfinished");
        run_until("one");
    }
    for (const char* word : {"two", "three"}) {
        std::filesystem::remove_all(temporary.path() / "home");
        std::filesystem::create_directories(folder.parent_path());
        auto log = writer();
        put(log, std::string(word) + "\n");
        run_until(word);
        put(log, std::string(word) + " more\n");
        run_until(std::string(word) + " more");
    }
    CHECK(seen == "one unfinished two two more three three more ");
}

TEST_CASE_FIXTURE(Following, "a paused follower gives nothing until it is resumed") {
    auto log = writer();
    REQUIRE(follower->add("web", LogReader(folder)));
    put(log, "one\n");
    run_until("one");
    follower->pause();
    put(log, "two\n");
    Timer soon(loop);
    soon.start(30ms, [&] { loop.stop(); });
    loop.run();
    CHECK(seen == "one ");
    follower->resume();
    run_until("two");
    CHECK(seen == "one two ");
}

TEST_CASE_FIXTURE(Following, "draining gives all that is in the files at once, unfinished lines too") {
    auto log = writer();
    REQUIRE(follower->add("web", LogReader(folder)));
    put(log, "one\nprompt> ");
    follower->drain();
    CHECK(seen == "one prompt>  ");
    follower->remove("web");
    put(log, "more\n");
    follower->drain();
    CHECK(seen == "one prompt>  ");
}

TEST_CASE_FIXTURE(LogFixture, "a follower may be destroyed from within its callback") {
    Loop loop;
    std::unique_ptr<LogFollower> follower;
    int calls = 0;
    follower = std::make_unique<LogFollower>(loop, [&](const auto&, const LogLine&) {
        ++calls;
        follower.reset();
        loop.stop();
    });
    auto log = writer();
    put(log, "one\ntwo\n");
    REQUIRE(follower->add("web", LogReader(folder)));
    loop.run();
    loop.turn();
    CHECK(calls == 1);
}
