#include "tests/core/temporary_folder.hpp"
#include <doctest/doctest.h>
#include <fstream>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/file.hpp>
#include <layer_cake/type/describe.hpp>
#include <limits>
#include <memory>
#include <sys/stat.h>

using namespace layer_cake;
using home::File;

namespace shop {

enum class Colour { red, green };
LAYER_CAKE_ENUM(Colour, red, green)

struct Order {
    std::int64_t id = 0;
    std::string text = "none";
    double price = 1.5;
    Colour colour = Colour::red;
    std::vector<std::int64_t> rows;
    std::map<std::string, std::optional<std::int64_t>> counts;
    bool operator==(const Order&) const = default;
};
LAYER_CAKE_MESSAGE(Order, id, text, price, colour, rows, counts)

// As it was before: a name and a type were others.
struct OrderOnce {
    std::string id;
    std::string remark;
};
LAYER_CAKE_MESSAGE(OrderOnce, id, remark)

// The same under another name and in another order.
struct OrderAgain {
    std::string remark;
    std::string id;
};
LAYER_CAKE_MESSAGE(OrderAgain, remark, id)

struct Link {
    std::int64_t n = 0;
    std::shared_ptr<Link> next;
};
LAYER_CAKE_MESSAGE(Link, n, next)

} // namespace shop

using namespace shop;

namespace {

const Order sample{7, "a \"b\" \xc3\xa9", 0.1, Colour::green, {1, -2}, {{"x", 3}, {"y", std::nullopt}}};

void put(const std::filesystem::path& file, std::string_view text) {
    REQUIRE(replace_file(file, text));
}

/// Without waiting for the disk.
void put_soon(const std::filesystem::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary) << text;
}

} // namespace

TEST_CASE("what a file was given it gives back, in lines or in one") {
    const TemporaryFolder folder;
    for (const bool pretty : {true, false}) {
        const File<Order> file(folder.path() / "order", {.pretty_format = pretty});
        CHECK(file.path() == folder.path() / "order.json");
        REQUIRE(file.store(sample));
        const auto text = *read_file(file.path());
        CHECK((std::count(text.begin(), text.end(), '\n') == 1) == !pretty);
        const auto order = file.recover();
        REQUIRE(order);
        CHECK(*order == sample);
    }
}

TEST_CASE("names are decorated once, or not at all") {
    CHECK(File<Order>("a/b").path() == "a/b.json");
    CHECK(File<Order>("a/b.json").path() == "a/b.json");
    CHECK(File<Order>("a/b", {.decorate_names = false}).path() == "a/b");
}

TEST_CASE("the mode is what the options say, and replacing keeps nothing beside the file") {
    const TemporaryFolder folder;
    const File<Order> file(folder.path() / "order", {.mode = 0640});
    REQUIRE(file.store(sample));
    REQUIRE(file.store(sample));
    struct stat facts {};
    REQUIRE(::stat(file.path().c_str(), &facts) == 0);
    CHECK((facts.st_mode & 07777) == 0640);
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a file that is missing is an error, or the default where that is wanted") {
    const TemporaryFolder folder;
    CHECK(File<Order>(folder.path() / "none").recover().error().fault == Fault::missing);
    CHECK(*File<Order>(folder.path() / "none", {.create_default = true}).recover() == Order{});
    CHECK(File<Order>(folder.path() / "no" / "folder").store(sample).error().fault == Fault::missing);
}

TEST_CASE("the predecessor's files are read: sorted members, none of them needed, unknown ones dropped") {
    const TemporaryFolder folder;
    put(folder.path() / "order.json", R"({
    "value": {
        "colour": "green",
        "counts": [["x", 3], ["y", null]],
        "id": 7,
        "none_of_ours": {"a": [1]},
        "price": 1e2,
        "text": null
    }
})");
    const auto order = File<Order>(folder.path() / "order").recover();
    REQUIRE_MESSAGE(order, order.error().detail);
    CHECK(*order == Order{7, "none", 100, Colour::green, {}, {{"x", 3}, {"y", std::nullopt}}});
}

TEST_CASE("a bad file is an error that names the file and the place") {
    const TemporaryFolder folder;
    const File<Order> file(folder.path() / "order");
    const auto said = [&](std::string_view text) {
        put(file.path(), text);
        const auto order = file.recover();
        REQUIRE_FALSE(order);
        CHECK(order.error().fault == Fault::invalid);
        CHECK(order.error().detail.starts_with(file.path().string() + ":"));
        return order.error().detail.substr(file.path().string().size());
    };
    CHECK(said("") == ":1:1: this is not the JSON of a stored value");
    CHECK(said("{\"value\":\n  {\"id\": 1,,}}") == ":2:12: this is not the JSON of a stored value");
    CHECK(said("[1]") == ":1:1: this is not the JSON of a stored value");
    CHECK(said("{\"value\": {\"rows\": [1, 2, \"x\"]}}") == ": value.rows[2]: expected integer8, found \"x\"");
    CHECK(said("{\"value\": {\"colour\": \"blue\"}}").find("value.colour") != std::string::npos);
    CHECK(said("{\"schema\": \"x\"}") == ": value: there is no \"value\"");
    CHECK(said("{\"value\": {}} x").starts_with(":1:15:"));
    CHECK(said("{\"value\": " + std::string(100, '[')).find("not the JSON") != std::string::npos);
}

TEST_CASE("a file that is cut short anywhere is refused, and no flipped bit is more than another value or an error") {
    const TemporaryFolder folder;
    const File<Order> file(folder.path() / "order");
    REQUIRE(file.store(sample));
    const auto text = *read_file(file.path());
    for (std::size_t cut = 0; cut + 1 < text.size(); ++cut) { // the last byte is a newline
        CAPTURE(cut);
        put_soon(file.path(), std::string_view(text).substr(0, cut));
        REQUIRE_FALSE(file.recover());
        CHECK(file.recover().error().fault == Fault::invalid);
    }
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        auto changed = text;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        put_soon(file.path(), changed);
        if (const auto order = file.recover(); !order)
            CHECK(order.error().detail.starts_with(file.path().native() + ":"));
    }
    put(file.path(), std::string(500'000, '['));
    CHECK_FALSE(file.recover());
}

TEST_CASE("what is no regular file is neither waited for nor read") {
    const TemporaryFolder folder;
    for (const auto& place : {std::pair("pipe", ::mkfifo((folder.path() / "pipe.json").c_str(), 0600) == 0),
                              std::pair("folder", std::filesystem::create_directory(folder.path() / "folder.json")),
                              std::pair("zero", ::symlink("/dev/zero", (folder.path() / "zero.json").c_str()) == 0)}) {
        CAPTURE(place.first);
        REQUIRE(place.second);
        CHECK(File<Order>(folder.path() / place.first).recover().error().fault == Fault::invalid);
    }
    put(folder.path() / "large.json", "");
    std::filesystem::resize_file(folder.path() / "large.json", 1u << 30);
    CHECK(File<Order>(folder.path() / "large").recover().error().fault == Fault::invalid);
}

TEST_CASE("what has no JSON form is not written, and the old value stays") {
    const TemporaryFolder folder;
    const File<Order> file(folder.path() / "order");
    REQUIRE(file.store(sample));
    auto bad = sample;
    bad.colour = static_cast<Colour>(7);
    const auto stored = file.store(bad);
    REQUIRE_FALSE(stored);
    CHECK(stored.error().detail.find("colour") != std::string::npos);
    CHECK(*file.recover() == sample);
}

TEST_CASE("pointers and floats that are not finite come back") {
    const TemporaryFolder folder;
    const File<Link> file(folder.path() / "link");
    Link link{1, std::make_shared<Link>(Link{2, nullptr})};
    REQUIRE(file.store(link));
    const auto again = file.recover();
    REQUIRE(again);
    REQUIRE(again->next);
    CHECK(again->next->n == 2);

    const File<double> number(folder.path() / "number");
    REQUIRE(number.store(std::numeric_limits<double>::infinity()));
    CHECK(*number.recover() == std::numeric_limits<double>::infinity());
}

TEST_CASE("a schema is of what is stored: not of names of types nor of the order of members") {
    CHECK(home::schema_of<OrderOnce>() == home::schema_of<OrderAgain>());
    CHECK(home::schema_of<OrderOnce>() != home::schema_of<Order>());
    CHECK(home::schema_of<Order>() != home::schema_of<std::vector<Order>>());
    CHECK(home::schema_of<std::int64_t>() != home::schema_of<std::optional<std::int64_t>>());
    CHECK(home::schema_of<Link>().size() == 16); // within itself
}

TEST_CASE("an older file is upgraded by the user's function, and only an older one") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "order";
    int upgrades = 0;
    const home::Upgrade<Order> upgrade = [&](const home::Older& older) -> Result<Order> {
        ++upgrades;
        if (!older.is<OrderOnce>()) return older.as<Order>();
        const auto once = older.as<OrderOnce>();
        if (!once) return fail(once.error());
        return Order{std::stol(once->id), once->remark, 2.5, Colour::green, {}, {}};
    };
    const File<Order> file(path, {}, upgrade);

    REQUIRE(File<OrderOnce>(path).store({"12", "old"}));
    auto order = file.recover();
    REQUIRE(order);
    CHECK(*order == Order{12, "old", 2.5, Colour::green, {}, {}});
    CHECK(upgrades == 1);

    REQUIRE(file.store(*order)); // in the new form
    CHECK(*file.recover() == *order);
    CHECK(upgrades == 1);

    put(file.path(), "{\"value\": {\"id\": 5}}"); // the predecessor's says nothing of its schema
    CHECK(file.recover()->id == 5);
    CHECK(upgrades == 2);

    REQUIRE(File<OrderOnce>(path).store({"12", "old"}));
    CHECK_FALSE(File<Order>(path).recover()); // without an upgrade "id" is text where a number should be
}

TEST_CASE("remove is for files only, and a second time is fine") {
    const TemporaryFolder folder;
    const File<Order> file(folder.path() / "order");
    REQUIRE(file.store(sample));
    CHECK(file.remove());
    CHECK(file.remove());
    CHECK(file.recover().error().fault == Fault::missing);
    std::filesystem::create_directories(file.path() / "inside");
    CHECK_FALSE(file.remove());
    CHECK(std::filesystem::exists(file.path() / "inside"));
}
