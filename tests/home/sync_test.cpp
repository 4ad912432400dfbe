#include "sync_fixture.hpp"

#include <atomic>
#include <layer_cake/core/beneath.hpp>
#include <random>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>

TEST_CASE("a copy is like its source, and the second time there is nothing to do") {
    const Folders at;
    fs::create_directories(at.from / "a" / "b");
    write(at.from / "a" / "b" / "c", "deep");
    write(at.from / "a" / "run", "#!");
    ::chmod((at.from / "a" / "run").c_str(), 04751);
    write(at.from / "with\nnewline", "");
    write(at.from / "\xff\xfe", "no utf-8");
    fs::create_symlink("b/c", at.from / "a" / "link");
    fs::create_symlink("nowhere", at.from / "dangling");
    ::chmod((at.from / "a").c_str(), 0555);
    REQUIRE(sync(at.from, at.to));
    ::chmod((at.from / "a").c_str(), 0755);
    ::chmod((at.to / "a").c_str(), 0755);
    CHECK(read(at.to / "a" / "b" / "c") == "deep");
    CHECK(read(at.to / "\xff\xfe") == "no utf-8");
    CHECK(fs::exists(at.to / "with\nnewline"));
    CHECK(fs::read_symlink(at.to / "a" / "link") == "b/c");
    struct stat facts {};
    REQUIRE(::stat((at.to / "a" / "run").c_str(), &facts) == 0);
    CHECK((facts.st_mode & 07777) == 0751);
    CHECK(fs::last_write_time(at.to / "a" / "run") == fs::last_write_time(at.from / "a" / "run"));
    const auto again = sync(at.from, at.to);
    REQUIRE(again);
    CHECK(again->empty());
}

TEST_CASE("updates, replacements, renames and removals leave what the source has") {
    const Folders at;
    fs::create_directory(at.from / "folder");
    write(at.from / "folder" / "x", "x");
    write(at.from / "stays", "1");
    write(at.from / "moves", "a long text that moves");
    REQUIRE(sync(at.from, at.to));
    const auto inode = [](const fs::path& file) {
        struct stat facts {};
        return ::stat(file.c_str(), &facts) == 0 ? facts.st_ino : 0;
    };
    const auto stays = inode(at.to / "stays"), moves = inode(at.to / "moves");
    fs::remove_all(at.from / "folder");
    write(at.from / "folder", "now a file");
    fs::create_directory(at.from / "new");
    fs::rename(at.from / "moves", at.from / "new" / "moved");
    fs::create_symlink("stays", at.from / "link");
    write(at.to / "alien", "of somebody else");
    REQUIRE(sync(at.from, at.to));
    CHECK(read(at.to / "folder") == "now a file");
    CHECK(inode(at.to / "new" / "moved") == moves);
    CHECK(inode(at.to / "stays") == stays);
    CHECK_FALSE(fs::exists(at.to / "alien"));
    CHECK_FALSE(fs::exists(at.to / "moves"));
    SUBCASE("and back") {
        fs::remove(at.from / "folder");
        fs::create_directory(at.from / "folder");
        fs::remove(at.from / "link");
        fs::create_directory(at.from / "link");
        REQUIRE(sync(at.from, at.to));
        CHECK(fs::is_directory(at.to / "folder"));
        CHECK(fs::is_directory(at.to / "link"));
    }
    SUBCASE("a file of the same size and time but other content is not taken for the one renamed") {
        write(at.from / "other", "A LONG TEXT THAT MOVES");
        fs::last_write_time(at.from / "other", fs::last_write_time(at.from / "new" / "moved"));
        fs::remove(at.from / "new" / "moved");
        REQUIRE(sync(at.from, at.to));
        CHECK(read(at.to / "other") == "A LONG TEXT THAT MOVES");
        CHECK_FALSE(fs::exists(at.to / "new" / "moved"));
    }
}

TEST_CASE("what a killed copy has left goes with the next") {
    const Folders at;
    write(at.from / "a", "1");
    write(at.to / temporary_name(), "half");
    write(at.from / temporary_name(), "half");
    REQUIRE(sync(at.from, at.to));
    CHECK(std::distance(fs::directory_iterator(at.to), fs::directory_iterator()) == 1);
}

TEST_CASE("what is no file, folder or link inside is refused by name, all of it at once") {
    const Folders at;
    ::mkfifo((at.from / "pipe").c_str(), 0600);
    const Fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un name{AF_UNIX, {}};
    (at.from / "sock").native().copy(name.sun_path, sizeof name.sun_path - 1);
    REQUIRE(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
    fs::create_symlink("/etc/passwd", at.from / "out");
    fs::create_symlink("../x", at.from / "up");
    write(at.from / "fine", "1");
    const auto done = sync(at.from, at.to);
    REQUIRE_FALSE(done);
    CHECK(done.error().fault == Fault::invalid);
    CHECK(done.error().detail.find("\"pipe\" is a FIFO") != std::string::npos);
    CHECK(done.error().detail.find("\"sock\" is a socket") != std::string::npos);
    CHECK(done.error().detail.find("\"out\" is a link that leads out (to \"/etc/passwd\")") != std::string::npos);
    CHECK(done.error().detail.find("\"up\"") != std::string::npos);
    CHECK(fs::is_empty(at.to));
    TreeSource device;
    REQUIRE(device.add("/dev/null"));
    CHECK(device.list().error().detail.starts_with("\"null\" is a device: "));
}

TEST_CASE("two names of one file become two files") {
    const Folders at;
    write(at.from / "one", "same");
    fs::create_hard_link(at.from / "one", at.from / "other");
    REQUIRE(sync(at.from, at.to));
    CHECK(fs::hard_link_count(at.to / "one") == 1);
    CHECK(read(at.to / "other") == "same");
}

TEST_CASE("what root makes in a folder of another belongs to that one" * doctest::test_suite("root") *
          doctest::skip(::geteuid() != 0)) {
    const Folders at;
    fs::create_directory(at.from / "folder");
    write(at.from / "folder" / "file", "1");
    REQUIRE(::chown(at.to.c_str(), 4711, 4712) == 0);
    REQUIRE(sync(at.from, at.to));
    for (const char* path : {"folder", "folder/file"}) {
        struct stat facts {};
        REQUIRE(::stat((at.to / path).c_str(), &facts) == 0);
        CHECK(facts.st_uid == 4711);
        CHECK(facts.st_gid == 4712);
    }
}

TEST_CASE("named items come from anywhere, and no two have one name") {
    const Folders at;
    fs::create_directory(at.from / "x");
    write(at.from / "x" / "a", "1");
    write(at.from / "b", "2");
    write(at.from / "a", "3");
    fs::create_symlink("x", at.from / "current");
    TreeSource source;
    REQUIRE(source.add(at.from / "current"));
    REQUIRE(source.add(at.from / "b"));
    REQUIRE(source.add(at.from / "b"));
    REQUIRE(source.add(at.from / "x/a"));
    const auto twice = source.add(at.from / "a");
    REQUIRE_FALSE(twice);
    CHECK(twice.error().detail.find("multiple selections of \"a\"") == 0);
    REQUIRE(sync(source, Target(at.to)));
    CHECK(read(at.to / "current" / "a") == "1");
    CHECK_FALSE(fs::is_symlink(at.to / "current"));
    CHECK(source.add(at.from / "nosuch").error().fault == Fault::missing);
}

TEST_CASE("holes stay holes") {
    const Folders at;
    write(at.from / "sparse", "start");
    fs::resize_file(at.from / "sparse", 64u << 20);
    REQUIRE(sync(at.from, at.to));
    struct stat facts {};
    REQUIRE(::stat((at.to / "sparse").c_str(), &facts) == 0);
    CHECK(facts.st_size == (64 << 20));
    CHECK(facts.st_blocks * 512 < (1 << 20));
    CHECK(read_file(at.to / "sparse", 65u << 20) == read_file(at.from / "sparse", 65u << 20));
}

TEST_CASE("no path leads out of a folder") {
    CHECK(paths_lead_nowhere() == "");
}

TEST_CASE("a race of folder against link never leads out") {
    CHECK(races_lead_nowhere(300) == "");
}

TEST_CASE("a snapshot replaces a folder at once, and copies only what is new") {
    const Folders at;
    write(at.from / "a", "1");
    write(at.from / "b", "2");
    const auto target = at.folder.path() / "snapshot";
    REQUIRE(take_snapshot(at.from, target));
    CHECK(read(target / "a") == "1");
    struct stat before {
    }, after{};
    ::stat((target / "a").c_str(), &before);
    write(at.from / "b", "two");
    write(target / "alien", "x");
    REQUIRE(take_snapshot(at.from, target));
    ::stat((target / "a").c_str(), &after);
    CHECK(before.st_ino == after.st_ino);
    CHECK(after.st_nlink == 1);
    CHECK(read(target / "b") == "two");
    CHECK_FALSE(fs::exists(target / "alien"));
    CHECK(std::distance(fs::directory_iterator(at.folder.path()), fs::directory_iterator()) == 3);
}

TEST_CASE("a snapshot of what is being written is of one moment") {
    const Folders at;
    // At every moment the first is as the second, or one ahead.
    const auto put = [&](int value) {
        for (const char* name : {"a", "b"})
            REQUIRE(replace_file(at.from / name, std::to_string(value)));
    };
    put(0);
    std::atomic<bool> stop{false};
    std::thread writer([&] {
        for (int value = 1; !stop; ++value) {
            put(value);
            for (int pause = 0; pause < 40 && !stop; ++pause)
                std::this_thread::yield();
        }
    });
    int taken = 0;
    const auto of_one_moment = [&] {
        const int ahead = std::stoi(read(at.folder.path() / "s" / "a")) - std::stoi(read(at.folder.path() / "s" / "b"));
        return ahead == 0 || ahead == 1;
    };
    for (int round = 0; round < 10; ++round) {
        const auto done = take_snapshot(at.from, at.folder.path() / "s", {.durable = false});
        if (!done) {
            CHECK_MESSAGE(done.error().fault == Fault::busy, done.error().detail);
            continue;
        }
        ++taken;
        CHECK(of_one_moment());
    }
    stop = true;
    writer.join();
    REQUIRE(take_snapshot(at.from, at.folder.path() / "s"));
    CHECK(of_one_moment());
    MESSAGE("snapshots taken while writing: ", taken);
}
