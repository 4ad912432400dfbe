#include "tests/core/temporary_folder.hpp"
#include <doctest/doctest.h>
#include <fcntl.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/folder.hpp>
#include <layer_cake/type/describe.hpp>
#include <sys/stat.h>

using namespace layer_cake;
using home::Folder;

namespace shop {

struct Part {
    std::int64_t id = 0;
    std::string name;
    bool operator==(const Part&) const = default;
};
LAYER_CAKE_MESSAGE(Part, id, name)

} // namespace shop

using shop::Part;

namespace {

using Names = std::vector<std::string>;
using Parts = Folder<Part, std::int64_t>;

Parts::Options by_id() {
    return {.key = [](const Part& part) { return part.id; }};
}

} // namespace

TEST_CASE("items are added, updated and removed on disk and in memory") {
    const TemporaryFolder temporary;
    const Parts folder(temporary.path() / "a" / "parts", by_id());
    auto items = *folder.recover();
    CHECK(items.empty());

    REQUIRE(folder.add(items, {1, "wheel"}));
    REQUIRE(folder.add(items, {2, "bell"}));
    REQUIRE(folder.update(items, {2, "horn"}));
    CHECK(*folder.matching() == Names{"1", "2"});
    CHECK(*folder.recover() == items);
    CHECK(items.at(2).name == "horn");

    REQUIRE(folder.remove(items, 1));
    CHECK(*folder.recover() == items);
    CHECK(items.size() == 1);
    REQUIRE(folder.clear(items));
    CHECK(items.empty());
    CHECK(folder.matching()->empty());
}

TEST_CASE("what is there is not added, what is not there neither updated nor removed") {
    const TemporaryFolder temporary;
    const Parts folder(temporary.path() / "parts", by_id());
    Parts::Items items;
    REQUIRE(folder.add(items, {1, "wheel"}));
    const auto where = (temporary.path() / "parts").string();
    CHECK(folder.add(items, {1, "x"}).error().detail == "name \"" + where + "/1\" already present (add)");
    CHECK(folder.update(items, {2, "x"}).error().detail == "name \"" + where + "/2\" not an existing entry (update)");
    CHECK(folder.remove(items, 2).error().fault == Fault::missing);
    CHECK(items.at(1).name == "wheel");
    CHECK(*folder.recover() == items);
}

TEST_CASE("store makes the folder hold what the map holds, and leaves other files alone") {
    const TemporaryFolder temporary;
    const auto path = temporary.path() / "parts";
    const Parts folder(path, [] {
        auto options = by_id();
        options.matching = "[0-9]+";
        return options;
    }());
    REQUIRE(folder.store({{1, {1, "a"}}, {2, {2, "b"}}, {10, {10, "c"}}}));
    REQUIRE(replace_file(path / "note.json", "not a part"));
    REQUIRE(replace_file(path / "3.txt", "nor this"));
    REQUIRE(replace_file(path / ".hidden.json", "nor this"));
    REQUIRE(::mkdir((path / "4.json").c_str(), 0700) == 0);
    REQUIRE(::mkfifo((path / "5.json").c_str(), 0600) == 0);
    CHECK(*folder.matching() == Names{"1", "10", "2"});
    REQUIRE(folder.store({{2, {2, "z"}}}));
    CHECK(*folder.matching() == Names{"2"});
    CHECK(folder.recover()->at(2).name == "z");
    CHECK(std::filesystem::exists(path / "note.json"));
    CHECK(std::filesystem::exists(path / "3.txt"));
}

TEST_CASE("without a key the name of the file is it") {
    const TemporaryFolder temporary;
    const Folder<Part> folder(temporary.path());
    REQUIRE(folder.store({{"wheel", {1, "w"}}, {"a b", {2, "ab"}}}));
    CHECK(folder.recover()->at("a b").id == 2);
    Folder<Part>::Items items;
    CHECK(folder.add(items, {3, "x"}).error().fault == Fault::invalid);
    CHECK(folder.exists("wheel"));
    CHECK(*folder.erase("wheel"));
    CHECK_FALSE(*folder.erase("wheel"));
    CHECK_FALSE(folder.exists("wheel"));
}

TEST_CASE("no name leads out of the folder") {
    const TemporaryFolder temporary;
    const Folder<Part> folder(temporary.path() / "in", {.key = [](const Part& part) { return part.name; }});
    Folder<Part>::Items items;
    for (const std::string name : {"", ".", "..", "../x", "a/b", "/etc/x", ".hidden", "a\nb"}) {
        CAPTURE(name);
        CHECK(folder.add(items, {1, name}).error().fault == Fault::invalid);
        CHECK_FALSE(folder.exists(name));
    }
    CHECK(folder.add(items, {1, std::string(300, 'x')}).error().fault == Fault::invalid);
    CHECK(items.empty());
    CHECK(std::filesystem::is_empty(temporary.path()));
}

TEST_CASE("a bad file is named; each() goes on without it") {
    const TemporaryFolder temporary;
    const Parts folder(temporary.path(), by_id());
    REQUIRE(folder.store({{1, {1, "a"}}, {2, {2, "b"}}}));
    REQUIRE(replace_file(temporary.path() / "3.json", "{\"value\": {\"id\": \"x\"}}"));
    const auto items = folder.recover();
    REQUIRE_FALSE(items);
    CHECK(items.error().detail ==
          (temporary.path() / "3.json").string() + ": value.id: expected integer8, found \"x\"");
    const auto files = folder.each();
    REQUIRE(files);
    int good = 0;
    for (const auto& file : *files)
        good += file.recover().has_value() ? 1 : 0;
    CHECK(files->size() == 3);
    CHECK(good == 2);
}

TEST_CASE("a file whose item belongs under another name is refused") {
    const TemporaryFolder temporary;
    const Parts folder(temporary.path(), by_id());
    REQUIRE(folder.store({{1, {1, "a"}}}));
    std::filesystem::copy_file(temporary.path() / "1.json", temporary.path() / "7.json");
    CHECK(folder.recover().error().detail == (temporary.path() / "7.json").string() + ": its item belongs in \"1\"");
}

TEST_CASE("keys have names of their own where they should") {
    const TemporaryFolder temporary;
    auto options = by_id();
    options.name = [](const std::int64_t& id) { return fmt::format("part-{:04}", id); };
    options.matching = "part-.*";
    const Parts folder(temporary.path(), options);
    Parts::Items items;
    REQUIRE(folder.add(items, {12, "a"}));
    CHECK(*folder.matching() == Names{"part-0012"});
    CHECK(*folder.recover() == items);
}

TEST_CASE("a bad pattern is said by whatever needs it") {
    const TemporaryFolder temporary;
    auto options = by_id();
    options.matching = "(";
    const Parts folder(temporary.path(), options);
    Parts::Items items;
    CHECK(folder.matching().error().fault == Fault::invalid);
    CHECK(folder.add(items, {1, "a"}).error().fault == Fault::invalid);
}

TEST_CASE("a change that cannot be written is not made in memory either") {
    const TemporaryFolder temporary;
    REQUIRE(replace_file(temporary.path() / "parts", "a file where the folder should be"));
    const Parts folder(temporary.path() / "parts", by_id());
    Parts::Items items;
    CHECK_FALSE(folder.add(items, {1, "a"}));
    CHECK(items.empty());
}

TEST_CASE("folders lie in folders, with files of other types") {
    const TemporaryFolder temporary;
    const Folder<Part> folder(temporary.path());
    const auto inner = folder.folder<Part, std::int64_t>("inner", by_id());
    Parts::Items items;
    REQUIRE(inner.add(items, {1, "a"}));
    REQUIRE(folder.file<std::vector<std::int64_t>>("order").store({3, 1, 2}));
    CHECK(*folder.file<std::vector<std::int64_t>>("order").recover() == std::vector<std::int64_t>{3, 1, 2});
    CHECK(std::filesystem::exists(temporary.path() / "inner" / "1.json"));
}

TEST_CASE("older files of a folder are upgraded") {
    const TemporaryFolder temporary;
    REQUIRE(replace_file(temporary.path() / "1.json", "{\"value\": {\"number\": 1, \"name\": \"old\"}}"));
    auto options = by_id();
    options.upgrade = [](const home::Older& older) -> Result<Part> {
        auto part = older.as<Part>();
        if (part && older.schema().empty()) part->id = 1;
        return part;
    };
    const Parts folder(temporary.path(), options);
    CHECK(folder.recover()->at(1).name == "old");
}
