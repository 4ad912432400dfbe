#include <atomic>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/home.hpp>
#include <sys/wait.h>
#include <tests/core/temporary_folder.hpp>
#include <thread>
#include <unistd.h>

using namespace layer_cake;
using namespace layer_cake::home;
using namespace std::chrono_literals;

TEST_CASE("one holds a lock at a time") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "lock";
    CHECK(!Lock::held(file));
    {
        const auto lock = Lock::take(file);
        REQUIRE(lock);
        CHECK((::fcntl(lock->fd(), F_GETFD) & FD_CLOEXEC) != 0);
        CHECK(Lock::held(file));
        const auto second = Lock::take(file);
        REQUIRE(!second);
        CHECK(second.error().fault == Fault::busy);
        CHECK(Lock::take(file, 5ms).error().fault == Fault::busy);
    }
    CHECK(!Lock::held(file));
    CHECK(Lock::take(file));
}

TEST_CASE("a lock stays as long as a child that inherited it lives") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "lock";
    int go[2];
    REQUIRE(::pipe(go) == 0);
    pid_t child = -1;
    {
        auto lock = Lock::take(file);
        REQUIRE(lock);
        child = ::fork();
        if (child == 0) {
            char byte = 0;
            ::close(go[1]);
            (void)!::read(go[0], &byte, 1);
            ::_exit(0);
        }
    }
    CHECK(Lock::held(file));
    CHECK(!Lock::take(file));
    ::close(go[0]);
    ::close(go[1]);
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    CHECK(!Lock::held(file));
}

TEST_CASE("asking whether a lock is held never makes a take fail") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "lock";
    REQUIRE(Lock::take(file));
    std::atomic<bool> done = false;
    std::thread asker([&] {
        while (!done)
            (void)Lock::held(file);
    });
    int taken = 0;
    for (int i = 0; i < 2000; ++i)
        taken += Lock::take(file) ? 1 : 0;
    done = true;
    asker.join();
    CHECK(taken == 2000);
}

TEST_CASE("whoever waits for a lock gets it when it is free") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "lock";
    // Guarded by the lock alone, which the thread sanitizer cannot see: read and written apart, so a double holder
    // loses one.
    std::atomic<int> count = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            for (int j = 0; j < 20; ++j) {
                const auto lock = Lock::take(file, 60s);
                if (lock) count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
            }
        });
    for (auto& thread : threads)
        thread.join();
    CHECK(count == 160);
}

TEST_CASE("a lock on a file that was removed is taken on the new one") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "lock";
    auto lock = Lock::take(file);
    REQUIRE(lock);
    std::filesystem::remove(file);
    CHECK(!Lock::held(file));
    const auto other = Lock::take(file);
    REQUIRE(other);
    CHECK(Lock::held(file));
}

TEST_CASE("a lock that cannot be opened is no lock") {
    const TemporaryFolder folder;
    CHECK(Lock::take(folder.path() / "none" / "lock").error().fault == Fault::missing);
    CHECK(!Lock::held(folder.path() / "none" / "lock"));
    std::filesystem::create_symlink("elsewhere", folder.path() / "link");
    CHECK(!Lock::take(folder.path() / "link"));
    CHECK(!std::filesystem::exists(folder.path() / "elsewhere"));
}

TEST_CASE("a lock on a folder goes with the folder and not with its name") {
    const TemporaryFolder temporary;
    const auto folder = temporary.path() / "home", moved = temporary.path() / "moved";
    std::filesystem::create_directory(folder);
    const auto held = Lock::take_folder(folder);
    REQUIRE(held);
    CHECK(Lock::take_folder(folder).error().fault == Fault::busy);
    std::filesystem::rename(folder, moved);
    CHECK(Lock::take_folder(moved).error().fault == Fault::busy);
    CHECK(Lock::take_folder(folder).error().fault == Fault::missing);
    std::filesystem::create_directory(folder);
    CHECK(Lock::take_folder(folder));
}
