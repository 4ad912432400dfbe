#include "tests/home/log_fixture.hpp"
#include <atomic>
#include <layer_cake/home/log_merge.hpp>
#include <random>
#include <sys/stat.h>
#include <thread>

using namespace layer_cake;
using namespace layer_cake::home;
using namespace std::chrono_literals;

using Texts = std::vector<std::string>;

TEST_CASE_FIXTURE(LogFixture, "a missing folder is an empty log, until it is there") {
    LogReader reader(folder);
    reader.seek_tail(5);
    CHECK(texts(reader).empty());
    auto log = writer();
    put(log, "one\n");
    CHECK(texts(reader) == Texts{"one"});
}

TEST_CASE_FIXTURE(LogFixture, "a reader goes on where it stopped") {
    auto log = writer();
    LogReader reader(folder);
    put(log, "one\ntw");
    CHECK(texts(reader) == Texts{"one"});
    put(log, "o\nthree");
    CHECK(texts(reader) == Texts{"two"});
    CHECK(texts(reader, true) == Texts{"three"});
    put(log, " and more\n");
    const auto rest = lines(reader);
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].continued);
    CHECK(rest[0].text == " and more");
}

TEST_CASE_FIXTURE(LogFixture, "lines have the time of their arrival and the stream they came on") {
    auto log = writer();
    const auto start = clock.wall();
    put(log, "one\n");
    clock.advance(1s);
    put(log, "two\n", Stream::err);
    LogReader reader(folder);
    const auto all = lines(reader);
    REQUIRE(all.size() == 2);
    CHECK(all[0].time == start);
    CHECK(all[1].time == start + 1s);
    CHECK(all[1].stream == Stream::err);
}

TEST_CASE_FIXTURE(LogFixture, "seek finds the first line that arrived at or after a moment, in any segment") {
    rules = {.max_size = 8 << 10, .max_total = 10 << 20};
    auto log = writer();
    const auto start = clock.wall();
    for (int second = 0; second < 500; ++second) {
        put(log, "second " + std::to_string(second) + std::string(50, '.') + "\n");
        clock.advance(1s);
    }
    CHECK(std::filesystem::exists(folder / "00000003.log"));
    for (int second : {0, 1, 57, 130, 255, 256, 400, 499}) {
        LogReader reader(folder);
        reader.seek(start + std::chrono::seconds(second));
        const auto line = reader.next().value();
        REQUIRE(line);
        CHECK(line->text.substr(0, line->text.find('.')) == "second " + std::to_string(second));
    }
    LogReader reader(folder);
    reader.seek(start + 500s);
    CHECK(texts(reader).empty());
    reader.seek(start - 500s);
    CHECK(texts(reader).size() == 500);
}

TEST_CASE_FIXTURE(LogFixture, "a line that began before the moment is left out, one of the other stream is not") {
    auto log = writer();
    put(log, "begun ");
    put(log, "ERR\n", Stream::err);
    clock.advance(1s);
    const auto moment = clock.wall();
    put(log, "err", Stream::err);
    put(log, "before\nafter\n");
    put(log, "or\n", Stream::err);
    LogReader reader(folder);
    reader.seek(moment);
    CHECK(texts(reader) == Texts{"after", "error"});
}

TEST_CASE_FIXTURE(LogFixture, "tail gives the last lines, however they lie in chunks, streams and segments") {
    rules = {.max_size = 6 << 10, .max_total = 10 << 20};
    std::mt19937 random(7);
    auto log = writer();
    Texts sent;
    std::string open[2];
    for (int piece = 0; piece < 4000; ++piece) {
        const auto stream = random() % 5 == 0 ? Stream::err : Stream::out;
        auto& line = open[stream == Stream::err];
        std::string text(random() % (piece % 500 == 0 ? 4000 : 30), static_cast<char>('a' + random() % 26));
        line += text;
        if (random() % 3 == 0) {
            text += "\n";
            sent.push_back(std::exchange(line, {}));
        }
        if (!text.empty()) put(log, text, stream);
    }
    CHECK(texts() == sent);
    for (std::size_t tail : {1u, 2u, 7u, 100u, 900u, 100'000u}) {
        LogReader reader(folder);
        reader.seek_tail(tail);
        const auto count = std::min(tail, sent.size());
        CHECK(texts(reader) == Texts(sent.end() - static_cast<std::ptrdiff_t>(count), sent.end()));
        put(log, "\n");
        put(log, "\n", Stream::err);
        const auto more = texts(reader);
        CHECK(more.size() == 2);
        sent.push_back(std::exchange(open[0], {}));
        sent.push_back(std::exchange(open[1], {}));
    }
}

TEST_CASE_FIXTURE(LogFixture, "tail before a moment gives the last lines of then") {
    auto log = writer();
    const auto start = clock.wall();
    for (int second = 0; second < 100; ++second) {
        put(log, std::to_string(second) + "\n");
        clock.advance(1s);
    }
    LogReader reader(folder);
    reader.seek_tail(3, start + 50s);
    auto first = texts(reader);
    first.resize(4);
    CHECK(first == Texts{"47", "48", "49", "50"});
}

TEST_CASE_FIXTURE(LogFixture, "the end of a log is behind all lines, the unfinished one included") {
    auto log = writer();
    put(log, "one\ntwo");
    LogReader reader(folder);
    reader.seek_end();
    put(log, " too\nthree\n");
    CHECK(texts(reader) == Texts{"three"});
}

TEST_CASE_FIXTURE(LogFixture, "text that looks like a record or a note is text") {
    auto log = writer();
    put(log, "one\n");
    auto forged = content(folder / "00000001.idx") + "\ninterrupted\n";
    put(log, forged);
    LogReader reader(folder);
    for (const auto& line : lines(reader))
        CHECK(line.stream == Stream::out);
}

TEST_CASE_FIXTURE(LogFixture, "an index damaged anywhere loses no byte of the log") {
    {
        auto log = writer();
        for (int number = 0; number < 20; ++number)
            put(log, "line " + std::to_string(number) + "\n");
        REQUIRE(log.note("a word of ours"));
    }
    {
        auto log = writer();
        put(log, "last\n");
    }
    const auto file = folder / "00000001.idx";
    const auto index = content(file);
    ::chmod(file.c_str(), 0600);
    const auto wanted = content(folder / "00000001.log") + "last\n";
    const auto check = [&](const std::string& damaged) {
        std::ofstream(file, std::ios::binary) << damaged;
        std::string all;
        LogReader reader(folder);
        for (const auto& line : lines(reader))
            if (line.stream != Stream::note) all += line.partial ? line.text : line.text + "\n";
        CHECK(all == wanted);
        reader.seek_tail(1);
        CHECK(texts(reader) == Texts{"last"});
    };
    for (std::size_t at = 0; at < index.size(); at += 5) {
        check(index.substr(0, at));
        auto flipped = index;
        flipped[at] ^= static_cast<char>(1 << at % 8);
        check(flipped);
    }
    std::filesystem::remove(file);
    LogReader reader(folder);
    CHECK(texts(reader).size() == 21);
}

TEST_CASE_FIXTURE(LogFixture, "what is no regular file is not waited for") {
    std::filesystem::create_directory(folder);
    REQUIRE(::mkfifo((folder / "00000001.log").c_str(), 0600) == 0);
    REQUIRE(::mkfifo((folder / "00000002.idx").c_str(), 0600) == 0);
    std::ofstream(folder / "00000002.log") << "one\n";
    {
        auto log = writer();
        put(log, "two\n");
    }
    CHECK(texts() == Texts{"one", "two"});
}

TEST_CASE_FIXTURE(LogFixture, "a reader that is too slow is told that lines are gone, and of no line a part unmarked") {
    rules = {.max_size = 8 << 10, .max_total = 32 << 10};
    auto log = writer();
    put(log, "first\n");
    LogReader reader(folder);
    CHECK(texts(reader) == Texts{"first"});
    for (int number = 0; number < 2000; ++number)
        put(log, std::string(40, 'x') + "\n");
    int notes = 0;
    for (const auto& line : lines(reader)) {
        notes += line.stream == Stream::note;
        if (line.stream == Stream::out && !line.partial) CHECK(line.text == std::string(40, 'x'));
    }
    CHECK(notes == 1);
}

TEST_CASE_FIXTURE(LogFixture, "beside a writer that rotates, a reader sees every line once and in order") {
    rules = {.max_size = 8 << 10, .max_total = 1u << 30, .max_files = 100'000};
    constexpr int count = 60'000;
    std::atomic<bool> done{false};
    std::thread writing([&] {
        auto log = writer();
        for (int number = 0; number < count; number += 60) {
            std::string text;
            for (int at = number; at < number + 60; ++at)
                text += "line " + std::to_string(at) + " of many\n";
            if (::write(out_write.get(), text.data(), text.size()) < 0) break;
            while (log.take(out_read.get(), Stream::out, 500).value_or(0) > 0) {
            }
        }
        done = true;
    });
    LogReader reader(folder);
    int next = 0, wrong = 0;
    for (bool last = false; !last;) {
        last = done;
        for (const auto& line : lines(reader))
            wrong += line.text != "line " + std::to_string(next++) + " of many";
    }
    writing.join();
    CHECK(next == count);
    CHECK(wrong == 0);
}

TEST_CASE("several logs are merged by the time of arrival") {
    LogFixture web, db;
    auto web_log = web.writer(), db_log = db.writer();
    const auto both = [&](Duration step) {
        web.clock.advance(step);
        db.clock.advance(step);
    };
    web.put(web_log, "1\n");
    both(1s);
    db.put(db_log, "2\n3\n");
    both(1s);
    web.put(web_log, "4\n");
    LogMerge merge;
    merge.add("db", LogReader(db.folder));
    merge.add("web", LogReader(web.folder));
    std::string all;
    const auto add = [&](const std::string& role, const LogLine& line) {
        all += role + line.text + " ";
        return true;
    };
    REQUIRE(merge.read(add, false));
    CHECK(all == "web1 db2 db3 web4 ");
    db.put(db_log, "5\n");
    REQUIRE(merge.read(add, false));
    CHECK(all == "web1 db2 db3 web4 db5 ");
}

TEST_CASE_FIXTURE(LogFixture, "an index that tells nothing for megabytes is given up, and the data read without it") {
    rules.max_total = std::uint64_t{1} << 50; // else it would be removed for its size
    {
        auto log = writer();
        put(log, "one\ntwo\n");
    }
    const auto index = folder / index_name(1);
    std::filesystem::resize_file(index, 0);
    std::filesystem::resize_file(index,
                                 std::uintmax_t{1} << 40); // a terabyte of nothing: read to its end it takes hours
    auto log = writer();
    put(log, "three\n");
    CHECK(texts() == std::vector<std::string>{"one", "two", "three"});
    LogReader reader(folder);
    reader.seek_tail(2);
    CHECK(texts(reader) == std::vector<std::string>{"two", "three"});
}
