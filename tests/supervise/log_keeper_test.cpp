#include "tests/core/temporary_folder.hpp"
#include <atomic>
#include <csignal>
#include <doctest/doctest.h>
#include <future>
#include <layer_cake/home/log_reader.hpp>
#include <layer_cake/supervise/log_keeper.hpp>
#include <layer_cake/supervise/log_worker.hpp>
#include <thread>
#include <unistd.h>

using namespace layer_cake;
using namespace layer_cake::supervise;
using namespace std::chrono_literals;

namespace {

struct Kept {
    TemporaryFolder temporary;
    Loop loop;
    std::unique_ptr<LogKeeper> keeper = std::make_unique<LogKeeper>(loop);

    std::filesystem::path folder(const std::string& role) const { return temporary.path() / (role + "-logs"); }
    LogKeeper::Outputs add(const std::string& role, home::LogRules rules = {}) {
        auto outputs = keeper->add_role(role, folder(role), rules);
        REQUIRE(outputs);
        return *outputs;
    }
    static void send(int fd, std::string_view text) {
        REQUIRE(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    void flush(const std::string& role) {
        keeper->flush(role, [&] { loop.stop(); });
        run();
    }
    void run() {
        Timer limit(loop);
        bool late = false;
        limit.start(30s, [&] {
            late = true;
            loop.stop();
        });
        loop.run();
        CHECK_FALSE(late);
    }
    std::string text(const std::string& role) const {
        std::string all;
        home::LogReader reader(folder(role));
        REQUIRE(reader.read(
            [&](const home::LogLine& line) {
                all += (line.stream == home::Stream::err    ? "!"
                        : line.stream == home::Stream::note ? "="
                                                            : "|") +
                       line.text;
                return true;
            },
            true));
        return all;
    }
};

} // namespace

TEST_CASE_FIXTURE(Kept, "what was written before a flush is in the log when it is done, streams told apart") {
    const auto web = add("web"), db = add("db");
    send(web.out, "one\n");
    send(web.err, "two\n");
    send(db.out, "three\n");
    flush("web");
    flush("db");
    const auto seen = text("web");
    CHECK((seen == "|one!two" || seen == "!two|one"));
    CHECK(text("db") == "|three");
}

TEST_CASE_FIXTURE(Kept, "the pipes are not inherited by anybody") {
    const auto web = add("web");
    CHECK(::fcntl(web.out, F_GETFD) == FD_CLOEXEC);
    CHECK(::fcntl(web.err, F_GETFD) == FD_CLOEXEC);
}

TEST_CASE_FIXTURE(Kept, "everything in the pipes is written before the keeper is gone") {
    const auto web = add("web");
    send(web.out, std::string(60'000, 'x') + "\nlast words");
    keeper.reset();
    CHECK(text("web") == "|" + std::string(60'000, 'x') + "|last words");
}

TEST_CASE_FIXTURE(Kept, "a role that is removed has its last words in the log") {
    const auto web = add("web");
    send(web.out, "last words\n");
    keeper->remove_role("web");
    flush("web");
    CHECK(text("web") == "|last words");
    CHECK(::fcntl(web.out, F_GETFD) == -1);
    const auto again = add("web");
    send(again.out, "back\n");
    flush("web");
    CHECK(text("web") == "|last words|back");
}

TEST_CASE_FIXTURE(Kept, "a note lies behind what was written before it") {
    const auto web = add("web");
    send(web.out, "half a line");
    keeper->note("web", "restarted after 250ms");
    flush("web");
    send(web.out, "new\n");
    flush("web");
    CHECK(text("web") == "|half a line=restarted after 250ms|new");
}

TEST_CASE_FIXTURE(Kept, "a watched line is found once, when it is whole") {
    const auto web = add("web");
    int found = 0;
    REQUIRE(keeper->watch("web", "listening on [0-9]+$", [&] {
        ++found;
        loop.stop();
    }));
    send(web.out, "starting\nlistening on 80");
    flush("web");
    CHECK(found == 0);
    send(web.out, "80\nlistening on 1\n");
    run();
    CHECK(found == 1);
    flush("web");
    CHECK(found == 1);
}

TEST_CASE_FIXTURE(Kept, "a watch that was given up or replaced finds nothing") {
    const auto web = add("web");
    int old = 0, young = 0;
    REQUIRE(keeper->watch("web", "a", [&] { ++old; }));
    REQUIRE(keeper->watch("web", "b", [&] { ++young; }));
    send(web.out, "a b\n");
    flush("web");
    flush("web");
    CHECK(old == 0);
    CHECK(young == 1);
    REQUIRE(keeper->watch("web", "c", [&] { ++young; }));
    send(web.out, "c\n");
    keeper->unwatch("web");
    flush("web");
    flush("web");
    CHECK(young == 1);
    CHECK(keeper->watch("web", "(", [] {}).error().fault == Fault::invalid);
}

TEST_CASE_FIXTURE(Kept, "a flood of one role keeps no other waiting") {
    const auto noisy = add("noisy"), quiet = add("quiet");
    std::atomic<bool> stop{false};
    std::uint64_t sent = 0;
    std::thread flood([&] {
        const std::string block(1 << 16, 'x');
        while (!stop || sent < (32u << 20))
            sent += static_cast<std::uint64_t>(::write(noisy.out, block.data(), block.size()));
    });
    for (int round = 0; round < 20; ++round) {
        const auto before = std::chrono::steady_clock::now();
        send(quiet.out, "here\n");
        flush("quiet");
        CHECK(std::chrono::steady_clock::now() - before < 2s);
    }
    stop = true;
    flood.join();
    flush("noisy");
    std::uint64_t kept = 0;
    home::LogReader reader(folder("noisy"));
    REQUIRE(reader.read(
        [&](const home::LogLine& line) {
            kept += line.text.size();
            return true;
        },
        true));
    CHECK(kept > 0);
    CHECK(keeper->stats("noisy").dropped_bytes == 0);
}

TEST_CASE_FIXTURE(Kept, "line by line from a busy writer, every line is there once and in order") {
    const auto web = add("web");
    std::thread writing([&] {
        for (int number = 0; number < 50'000; ++number) {
            const auto line = std::to_string(number) + "\n";
            (void)!::write(web.out, line.data(), line.size());
        }
    });
    writing.join();
    flush("web");
    int next = 0, wrong = 0;
    home::LogReader reader(folder("web"));
    REQUIRE(reader.read(
        [&](const home::LogLine& line) {
            wrong += line.text != std::to_string(next++);
            return true;
        },
        true));
    CHECK(next == 50'000);
    CHECK(wrong == 0);
}

TEST_CASE_FIXTURE(Kept, "a log that cannot be written is paused, tells so, and goes on by itself") {
    std::filesystem::create_directory_symlink("/nonexistent", folder("web"));
    const auto web = add("web"), db = add("db");
    send(web.out, "kept\n");
    flush("web"); // does not wait for the disk
    CHECK(keeper->stats("web").paused);
    send(db.out, "other\n");
    flush("db");
    CHECK_FALSE(keeper->stats("db").paused);
    CHECK(text("db") == "|other");
    REQUIRE(keeper->watch("web", "kept", [&] { loop.stop(); }));
    std::filesystem::remove(folder("web"));
    run();
    flush("web");
    CHECK(text("web") == "|kept");
    CHECK_FALSE(keeper->stats("web").paused);
}

TEST_CASE_FIXTURE(Kept, "under drop a program is never kept waiting and the loss is counted") {
    std::filesystem::create_directory_symlink("/nonexistent", folder("web"));
    home::LogRules rules;
    rules.policy = home::LogRules::Policy::drop;
    const auto web = add("web", rules);
    for (int block = 0; block < 100; ++block) // far more than a pipe holds
        send(web.out, std::string(65'535, 'x') + "\n");
    flush("web");
    CHECK(keeper->stats("web").dropped_lines == 100);
    CHECK(keeper->stats("web").dropped_bytes == 6'553'600);
}

TEST_CASE_FIXTURE(Kept, "a line that is waited for is found though the disk is full") {
    std::filesystem::create_directory_symlink("/nonexistent", folder("web"));
    const auto web = add("web");
    flush("web");
    REQUIRE(keeper->watch("web", "^ready$", [&] { loop.stop(); }));
    send(web.out, "starting\nready\n");
    run();
    CHECK(keeper->stats("web").paused);
    std::filesystem::remove(folder("web"));
    flush("web");
    CHECK(text("web") == "|starting|ready");
}

TEST_CASE("a disk that keeps the log thread keeps no program under drop waiting, and the count is exact") {
    TemporaryFolder temporary;
    home::LogRules rules;
    rules.policy = home::LogRules::Policy::drop;
    const int lines = 200'000; // far more than a pipe holds
    auto capture = LogCapture::make(temporary.path() / "logs", rules).value();
    const int out = capture->pipes[0].write.get();
    std::promise<void> stuck, released, done;
    {
        LogWorker worker;
        worker.post([&](LogWorker& it) { it.add(capture); });
        worker.post([&, going_on = released.get_future().share()](LogWorker&) {
            stuck.set_value();
            going_on.wait();
        });
        stuck.get_future().wait();
        for (int number = 0; number < lines; ++number) {
            const auto line = std::to_string(1'000'000 + number) + "\n";
            REQUIRE(::write(out, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
        }
        CHECK(capture->writer.dropped_lines() > 0);
        released.set_value();
        worker.post([&](LogWorker& it) {
            it.drain(*capture);
            done.set_value();
        });
        done.get_future().wait();
    }
    const auto dropped = capture->writer.dropped_lines();
    capture.reset();
    std::uint64_t kept = 0, torn = 0;
    std::string notes;
    home::LogReader reader(temporary.path() / "logs");
    REQUIRE(reader.read(
        [&](const home::LogLine& line) {
            if (line.stream == home::Stream::note)
                notes += line.text + ";";
            else
                ++kept, torn += line.text.size() != 7;
            return true;
        },
        true));
    CHECK(kept + dropped == lines);
    CHECK(torn == 0);
    CHECK(notes.find(std::to_string(dropped) + " lines (") == 0); // one gap, at the beginning
}

TEST_CASE_FIXTURE(Kept, "signals are left to the main thread") {
    static std::atomic<std::thread::id> caught;
    struct sigaction before {
    }, action{};
    action.sa_handler = [](int) { caught = std::this_thread::get_id(); };
    ::sigaction(SIGUSR2, &action, &before);
    for (int round = 0; round < 20; ++round) {
        ::kill(::getpid(), SIGUSR2);
        CHECK(caught.load() == std::this_thread::get_id());
    }
    ::sigaction(SIGUSR2, &before, nullptr);
}
