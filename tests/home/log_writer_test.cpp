#include "tests/home/log_fixture.hpp"
#include <algorithm>
#include <layer_cake/home/log_index.hpp>
#include <layer_cake/home/log_segments.hpp>
#include <sys/mount.h>
#include <sys/stat.h>

using namespace layer_cake;
using namespace layer_cake::home;

TEST_CASE_FIXTURE(LogFixture, "the data file holds what the program wrote and nothing else") {
    auto log = writer();
    put(log, std::string("a\0b\x1b[31m\r\n\xff half", 16));
    REQUIRE(log.note("restarted after 250ms"));
    put(log, "next\n");
    CHECK(content(folder / "00000001.log") == std::string("a\0b\x1b[31m\r\n\xff half", 16) + "next\n");
    CHECK(texts().size() == 4);
}

TEST_CASE_FIXTURE(LogFixture, "a line that a life of the program left unfinished does not go on in the next") {
    auto log = writer();
    REQUIRE(log.note(""));
    CHECK_FALSE(std::filesystem::exists(folder));
    put(log, "one\nlast words");
    REQUIRE(log.note(""));
    put(log, "two\n");
    const auto records = std::filesystem::file_size(folder / "00000001.idx");
    REQUIRE(log.note(""));
    CHECK(std::filesystem::file_size(folder / "00000001.idx") == records);
    CHECK(texts() == std::vector<std::string>{"one", "last words", "two"});
}

TEST_CASE_FIXTURE(LogFixture, "a role that writes nothing makes no files") {
    auto log = writer();
    CHECK(log.take(out_read.get(), Stream::out, 1000).value() == 0);
    REQUIRE(log.recover());
    CHECK(std::filesystem::is_empty(folder));
}

TEST_CASE_FIXTURE(LogFixture, "the files together never exceed the total, nor their number") {
    rules = {.max_size = 16 << 10, .max_total = 100'000, .max_files = 5};
    auto log = writer();
    const std::string line(99, 'x');
    for (int round = 0; round < 2000; ++round) {
        put(log, line + "\n");
        if (round % 20 == 0) {
            const auto found = list_segments(open_log_folder(folder)->get());
            CHECK(found.size() <= 5);
            CHECK(size() <= 5 * (16 << 10));
            CHECK(size() == log.total());
        }
    }
    rules.max_files = 1000;
    log.set_rules(rules);
    for (int round = 0; round < 2000; ++round) {
        put(log, line + "\n");
        if (round % 10 == 0) CHECK(size() <= 100'000);
    }
    CHECK(size() > 50'000);
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        CHECK(entry.file_size() <= 16 << 10);
}

TEST_CASE_FIXTURE(LogFixture, "a writer that was killed leaves a marked place and no byte is lost") {
    {
        auto log = writer();
        put(log, "one\ntwo\n");
    }
    // As a kill between the data and its record leaves it.
    std::ofstream(folder / "00000001.log", std::ios::app) << "thr";
    std::ofstream(folder / "00000001.idx", std::ios::app) << "torn record";
    ::chmod((folder / "00000001.idx").c_str(), 0600);
    auto log = writer();
    put(log, "four\n");
    CHECK(texts() == std::vector<std::string>{"one", "two", "thr", "interrupted", "four"});
    CHECK(std::filesystem::file_size(folder / "00000001.idx") % sizeof(Chunk) == 0);
}

TEST_CASE_FIXTURE(LogFixture, "a writer that was killed while it made a segment leaves a marked place, too") {
    {
        auto log = writer();
        put(log, "one\n");
    }
    std::ofstream(folder / "00000002.idx").close();
    {
        auto log = writer();
        put(log, "two\n");
    }
    CHECK(texts() == std::vector<std::string>{"one", "interrupted", "two"});
    CHECK(std::filesystem::exists(folder / "00000002.log"));
}

TEST_CASE_FIXTURE(LogFixture, "a writer that was closed leaves no mark, and the next one begins a segment") {
    {
        auto log = writer();
        put(log, "one\n");
    }
    {
        auto log = writer();
        put(log, "two\n");
    }
    CHECK(texts() == std::vector<std::string>{"one", "two"});
    CHECK(std::filesystem::exists(folder / "00000002.log"));
}

TEST_CASE_FIXTURE(LogFixture, "what somebody put in the way is neither followed nor waited for nor overwritten") {
    std::filesystem::create_directory(folder);
    std::ofstream(temporary.path() / "precious") << "mine";
    std::filesystem::create_symlink(temporary.path() / "precious", folder / "00000001.log");
    REQUIRE(::mkfifo((folder / "00000002.idx").c_str(), 0600) == 0);
    std::filesystem::create_directory(folder / "00000003.log");
    {
        auto log = writer();
        put(log, "here\n");
    }
    CHECK(content(temporary.path() / "precious") == "mine");
    CHECK(texts() == std::vector<std::string>{"here"});
}

TEST_CASE_FIXTURE(LogFixture, "a folder that became a symbolic link pauses the log until it is put right") {
    std::filesystem::create_directory_symlink(temporary.path(), folder);
    auto log = writer();
    send("kept\n");
    const auto refused = log.take(out_read.get(), Stream::out, 1000);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::busy);
    CHECK(log.paused());
    std::filesystem::remove(folder);
    CHECK(log.take(out_read.get(), Stream::out, 1000).value() == 5);
    CHECK_FALSE(log.paused());
    CHECK(texts() == std::vector<std::string>{"kept"});
}

TEST_CASE_FIXTURE(LogFixture, "a folder that was removed is made again") {
    auto log = writer();
    put(log, "before\n");
    std::filesystem::remove_all(folder);
    put(log, "after\n");
    CHECK(texts() == std::vector<std::string>{"after"});
}

TEST_CASE_FIXTURE(LogFixture, "under drop the newlines kept and the newlines counted are those sent") {
    rules.policy = LogRules::Policy::drop;
    std::filesystem::create_directory_symlink("/nonexistent", folder);
    auto log = writer();
    put(log, "1\n2\n3");
    put(log, "4\n5\n", Stream::err);
    CHECK(log.dropped_lines() == 4);
    CHECK(log.dropped_bytes() == 9);
    CHECK(log.paused());
    std::filesystem::remove(folder);
    put(log, "3 too\n"); // still within the time a retry takes
    clock.advance(std::chrono::seconds(1));
    put(log, "4 and\n7\n8\n");
    CHECK_FALSE(log.paused());
    CHECK(log.dropped_lines() == 5);
    CHECK(content(folder / "00000001.log") == "4 and\n7\n8\n");
    CHECK(texts().front() == "3 lines (11 bytes) of stdout were dropped here");
}

TEST_CASE_FIXTURE(LogFixture, "what another thread drops while a disk is slow is a gap in its place") {
    rules.policy = LogRules::Policy::drop;
    auto log = writer();
    put(log, "1\n2\n");
    send("3\n4\n5");
    CHECK(log.relieve(out_read.get(), Stream::out) == 5);
    CHECK(log.relieve(out_read.get(), Stream::out) == 0);
    put(log, " goes on\n6\n");
    CHECK(log.dropped_lines() == 3);
    CHECK(log.dropped_bytes() == 14);
    CHECK(texts() == std::vector<std::string>{"1", "2", "2 lines (5 bytes) of stdout were dropped here",
                                              "1 lines (9 bytes) of stdout were dropped here", "6"});
    CHECK(content(folder / "00000001.log") == "1\n2\n6\n");
}

TEST_CASE_FIXTURE(LogFixture, "what waits for space under block is seen once, and stored later") {
    std::filesystem::create_directory_symlink("/nonexistent", folder);
    auto log = writer();
    std::string seen;
    log.seen = [&](Stream, std::string_view bytes) { seen += bytes; };
    send("listening\n");
    CHECK_FALSE(log.take(out_read.get(), Stream::out, 1000));
    CHECK(seen == "listening\n");
    send("on 80\n");
    CHECK_FALSE(log.take(out_read.get(), Stream::out, 1000));
    CHECK_FALSE(log.take(out_read.get(), Stream::out, 1000));
    CHECK(seen == "listening\non 80\n");
    std::filesystem::remove(folder);
    CHECK(log.take(out_read.get(), Stream::out, 12).value() == 12);
    send("more\n");
    CHECK(log.take(out_read.get(), Stream::out, 1000).value() == 9);
    CHECK(seen == "listening\non 80\nmore\n");
    CHECK(texts() == std::vector<std::string>{"listening", "on 80", "more"});
}

TEST_CASE_FIXTURE(LogFixture, "a program cannot forge the words of layer-cake, nor the other stream") {
    auto log = writer();
    Chunk forged;
    forged.length = 4;
    forged.stream = Stream::note;
    forged.kind = Chunk::Kind::note;
    forged.seal();
    put(log, std::string(reinterpret_cast<const char*>(&forged), sizeof forged) + "\n");
    put(log, "2026-01-01T00:00:00.000 = restarted\n3 lines (11 bytes) of stdout were dropped here\n");
    LogReader reader(folder);
    const auto all = lines(reader);
    CHECK(all.size() >= 3);
    for (const auto& line : all)
        CHECK(line.stream == Stream::out);
}

TEST_CASE_FIXTURE(LogFixture, "a line of 64 MiB is kept whole and read in pieces") {
    rules = {.max_size = 10u << 20, .max_total = 100u << 20};
    const std::string line(64u << 20, 'x');
    {
        auto log = writer();
        ::fcntl(out_write.get(), F_SETPIPE_SZ, 1 << 20);
        put(log, line);
        put(log, "\nnext\n");
    }
    std::uint64_t bytes = 0, pieces = 0;
    LogReader reader(folder);
    REQUIRE(reader.read(
        [&](const LogLine& one) {
            bytes += one.text.size();
            ++pieces;
            if (one.text != "next") CHECK(one.partial == (pieces < 1024));
            return true;
        },
        false));
    CHECK(bytes == line.size() + 4);
    CHECK(pieces == 1025);
}

namespace {

/// A file system that is soon full. Only root can make one.
struct SmallDisk {
    std::filesystem::path at;
    bool mounted = false;

    SmallDisk(std::filesystem::path path, const char* size) : at(std::move(path)) {
        std::filesystem::create_directory(at);
        mounted = ::mount("none", at.c_str(), "tmpfs", 0, (std::string("size=") + size).c_str()) == 0;
    }
    ~SmallDisk() {
        if (mounted) ::umount2(at.c_str(), MNT_DETACH);
    }
    void grow() const { REQUIRE(::mount("none", at.c_str(), "tmpfs", MS_REMOUNT, "size=64m") == 0); }
};

std::string numbered(int from, int to) {
    std::string text;
    for (int number = from; number < to; ++number)
        text += "line " + std::to_string(1'000'000 + number) + " of the flood\n";
    return text;
}

} // namespace

TEST_CASE_FIXTURE(LogFixture, "a full disk pauses and loses nothing under block" * doctest::test_suite("root") *
                                  doctest::skip(::geteuid() != 0)) {
    SmallDisk disk(temporary.path() / "disk", "512k");
    REQUIRE(disk.mounted);
    folder = disk.at / "logs";
    auto log = writer();
    int number = 0;
    for (bool full = false; !full;) {
        send(numbered(number, number + 1000));
        number += 1000;
        for (;;) {
            const auto taken = log.take(out_read.get(), Stream::out, 4000);
            if (!taken) CHECK(taken.error().fault == Fault::busy);
            if (!taken || *taken == 0) {
                full = !taken;
                break;
            }
        }
    }
    CHECK(log.paused());
    disk.grow();
    while (log.take(out_read.get(), Stream::out, 100'000).value() > 0) {
    }
    CHECK_FALSE(log.paused());
    std::string all;
    for (const auto& line : texts())
        all += line + "\n";
    CHECK(all == numbered(0, number));
}

TEST_CASE_FIXTURE(LogFixture, "a full disk under drop keeps whole lines and an exact count" *
                                  doctest::test_suite("root") * doctest::skip(::geteuid() != 0)) {
    SmallDisk disk(temporary.path() / "disk", "256k");
    REQUIRE(disk.mounted);
    rules.policy = LogRules::Policy::drop;
    folder = disk.at / "logs";
    auto log = writer();
    for (int number = 0; number < 20'000; number += 500) {
        if (number == 16'000) {
            disk.grow();
            clock.advance(std::chrono::seconds(1));
        }
        put(log, numbered(number, number + 500));
    }
    CHECK(log.dropped_lines() > 5'000);
    std::uint64_t newlines = 0, lost = 0;
    for (const auto& files : list_segments(open_log_folder(folder)->get())) {
        const auto data = content(folder / data_name(files.number));
        newlines += static_cast<std::uint64_t>(std::count(data.begin(), data.end(), '\n'));
        IndexParser parser;
        std::vector<IndexItem> items;
        parser.parse(content(folder / index_name(files.number)), data.size(), false, items);
        for (const auto& item : items)
            if (item.chunk.kind == Chunk::Kind::gap) lost += item.chunk.lines;
    }
    CHECK(lost == log.dropped_lines());
    CHECK(newlines + lost == 20'000);
    int torn = 0;
    LogReader reader(folder);
    for (const auto& line : lines(reader))
        torn += line.stream == Stream::out && line.text.size() != 25;
    CHECK(torn <= 1); // the one the disk was full in the middle of
}
