#include <doctest/doctest.h>
#include <layer_cake/home/log_index.hpp>

using namespace layer_cake::home;

namespace {

std::string record(std::uint64_t offset, std::uint32_t length, std::int64_t time = 1) {
    Chunk chunk;
    chunk.offset = offset;
    chunk.length = length;
    chunk.time_ns = time;
    chunk.seal();
    return {reinterpret_cast<const char*>(&chunk), sizeof chunk};
}

std::string note(std::uint64_t offset, std::string text) {
    Chunk chunk;
    chunk.offset = offset;
    chunk.length = static_cast<std::uint32_t>(text.size());
    chunk.lines = log_checksum(text);
    chunk.stream = Stream::note;
    chunk.kind = Chunk::Kind::note;
    chunk.seal();
    text.resize(note_slots(chunk.length) * sizeof chunk);
    return std::string(reinterpret_cast<const char*>(&chunk), sizeof chunk) + text;
}

std::vector<IndexItem> parse(const std::string& bytes, std::uint64_t data, bool last = false) {
    IndexParser parser;
    std::vector<IndexItem> items;
    parser.parse(bytes, data, last, items);
    return items;
}

} // namespace

TEST_CASE("an index tells its chunks and notes in order") {
    const auto items = parse(record(0, 5) + note(5, "restarted after 250ms, for the third time") + record(5, 2), 7);
    REQUIRE(items.size() == 3);
    CHECK(items[0].chunk.length == 5);
    CHECK(items[1].text == "restarted after 250ms, for the third time");
    CHECK(items[2].slot == 4);
}

TEST_CASE("half a record at the end is left for later") {
    const auto bytes = record(0, 5) + record(5, 2);
    IndexParser parser;
    std::vector<IndexItem> items;
    CHECK(parser.parse(bytes.substr(0, 50), 7, false, items) == 1);
    CHECK(parser.parse(bytes.substr(32), 7, false, items) == 1);
    CHECK(items.size() == 2);
    CHECK(parser.covered() == 7);
}

TEST_CASE("a note whose text is not there yet is left for later") {
    const auto bytes = note(0, std::string(100, 'x'));
    CHECK(parse(bytes.substr(0, 64), 0).empty());
    CHECK(parse(bytes, 0).size() == 1);
}

TEST_CASE("bytes of a damaged record are given all the same, without overlap") {
    auto bytes = record(0, 5) + record(5, 2) + record(7, 3);
    bytes[32 + 16] ^= 1;
    const auto items = parse(bytes, 10);
    REQUIRE(items.size() == 3);
    CHECK(items[1].chunk.offset == 5);
    CHECK(items[1].chunk.length == 2);
    CHECK(items[2].chunk.offset == 7);
}

TEST_CASE("bytes behind the last record are given when no writer is left") {
    CHECK(parse(record(0, 5), 9).size() == 1);
    const auto items = parse(record(0, 5), 9, true);
    REQUIRE(items.size() == 2);
    CHECK(items[1].chunk.offset == 5);
    CHECK(items[1].chunk.length == 4);
}

TEST_CASE("records that point outside the data or back into it do not count") {
    CHECK(parse(record(0, 6), 5).empty());
    CHECK(parse(record(0, 5) + record(3, 2), 9).size() == 1);
    CHECK(parse(record(9, 0xffffffff), 5).empty());
}

TEST_CASE("an index of nothing but damage ends") {
    const std::string damage(64 << 10, '\xee');
    IndexParser parser;
    std::vector<IndexItem> items;
    CHECK(parser.parse(damage, 5, false, items) > 0);
    CHECK(parse(damage, 5, true).size() == 1);
}
