#include <doctest/doctest.h>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/type/registry.hpp>

using namespace layer_cake::codec;
using namespace layer_cake::type;

namespace refusal {
struct Cell {
    std::int64_t x = 0;
};
LAYER_CAKE_MESSAGE(Cell, x)
struct Grid {
    std::vector<Cell> rows;
    std::map<std::string, std::array<double, 2>> named;
    std::optional<Any> extra;
};
LAYER_CAKE_MESSAGE(Grid, rows, named, extra)
struct Deep {
    std::vector<Deep> more;
};
LAYER_CAKE_MESSAGE(Deep, more)
enum class Level { low, high };
LAYER_CAKE_ENUM(Level, low, high)
struct Fat {
    std::array<double, 1000> room{};
};
LAYER_CAKE_MESSAGE(Fat, room)
} // namespace refusal
using namespace refusal;

namespace {

template <class T>
std::string problem(const std::string& word, const JsonReading& how = {}) {
    const auto got = from_json<T>("{\"value\":" + word + "}", how);
    return got ? "taken" : got.error().detail;
}

} // namespace

TEST_CASE("a refusal tells the place, what was expected and what was there") {
    CHECK(problem<Grid>(R"({"rows":[{},{},{"x":4},{"x":"a"}]})") ==
          "message.rows[3].x: expected integer8, found \"a\"");
    CHECK(problem<Grid>(R"({"named":[["a",[0.5,"b"]]]})") == "message.named[0][1][1]: expected float8, found \"b\"");
    CHECK(problem<Grid>(R"({"named":[["a",[0.5,1]]]})") == "message.named[0][1][1]: expected float8, found 1");
    CHECK(problem<Grid>(R"({"named":{"a":1}})") ==
          "message.named: expected map<unicode,array<float8,2>>, found an object");
    CHECK(problem<Grid>(R"({"rows":[null]})") == "message.rows[0]: expected refusal.Cell, found null");
    CHECK(problem<Grid>(R"({"extra":["refusal.Cell",{"x":1.5},[]]})") ==
          "message.extra.x: expected integer8, found 1.5");
    CHECK(problem<Grid>(R"({"extra":["refusal.Cell",{"x":1}]})") ==
          "message.extra: expected \",\" and the aliases, found ]");
    CHECK(problem<Cell>("null") == "message: expected refusal.Cell, found null");
    CHECK(problem<Cell>("[]") == "message: expected refusal.Cell, found a list");
    CHECK(problem<std::int64_t>("1.0") == "message: expected integer8, found 1.0");
    CHECK(problem<std::string>(std::string(100, 'x').insert(0, "[\"") + "\"]") ==
          "message: expected unicode, found a list");
    CHECK(problem<std::int64_t>("\"" + std::string(100, 'x') + "\"") ==
          "message: expected integer8, found \"xxxxxxxxxxxxxxxxxxxxxxxx\"...");
    CHECK(problem<Level>("\"lo\"") == "message: expected one of low, high, found \"lo\"");
    CHECK(from_json<Cell>("[1]").error().detail == "message: expected an object with \"value\", found a list");
    CHECK(from_json<Cell>(R"({"valu":1})").error().detail == "message: there is no \"value\"");
    CHECK(from_json<Cell>(R"({"value":{}}x)").error().detail == "message: expected the end, found x");
    CHECK(from_json<Cell>(R"({"value":{})").error().detail == "message: expected \",\" or \"}\", found the end");
    CHECK(from_json<Cell>("\xef\xbb\xbf{\"value\":{}}").error().fault == layer_cake::Fault::invalid);
}

TEST_CASE("each scalar refuses what it is not") {
    for (const auto* wrong : {"1", "0", "\"true\"", "null", "tru", "[]"})
        CHECK_MESSAGE(problem<bool>(wrong) != "taken", wrong);
    for (const auto* wrong : {"1.0", "1e2", "true", "\"1\"", "123456789012345678901234567890", "9223372036854775808",
                              "-9223372036854775809", "01", "-", "null"})
        CHECK_MESSAGE(problem<std::int64_t>(wrong) != "taken", wrong);
    for (const auto* wrong : {"128", "-129", "1000000000000"})
        CHECK_MESSAGE(problem<std::int8_t>(wrong) != "taken", wrong);
    for (const auto* wrong : {"-1", "256"}) {
        CHECK_MESSAGE(problem<std::uint8_t>(wrong) != "taken", wrong);
        CHECK_MESSAGE(problem<std::byte>(wrong) != "taken", wrong);
    }
    for (const auto* wrong : {"18446744073709551616", "-1", "99999999999999999999"})
        CHECK_MESSAGE(problem<std::uint64_t>(wrong) != "taken", wrong);
    for (const auto* wrong : {"1", "\"1.0\"", "true", "nan", "-", "1.", "null", "-NaN"})
        CHECK_MESSAGE(problem<double>(wrong) != "taken", wrong);
    for (const auto* wrong : {"1", "\"\\ud800\"", "\"\\udc00x\"", "\"a\tb\"", "\"\xff\"", "null", "\"a"})
        CHECK_MESSAGE(problem<std::string>(wrong) != "taken", wrong);
    CHECK(problem<ByteString>("\"\\u0100\"") != "taken");
    for (const auto* wrong : {"\"\"", "\"ab\"", "\"\\u0100\"", "1"})
        CHECK_MESSAGE(problem<char>(wrong) != "taken", wrong);
    for (const auto* wrong : {"\"\"", "\"ab\"", "1"})
        CHECK_MESSAGE(problem<char32_t>(wrong) != "taken", wrong);
    for (const auto* wrong : {"\"AAH\"", "\"A\"", "\"!!!!\"", "\"A===\"", "\"AB==\"", "\"AA==AA==\"", "1", "\"=\""})
        CHECK_MESSAGE(problem<Block>(wrong) != "taken", wrong);
    for (const auto* wrong : {"\"LOW\"", "1", "null", "\"\""})
        CHECK_MESSAGE(problem<Level>(wrong) != "taken", wrong);
    CHECK(problem<Uuid>("\"xyz\"") != "taken");
    CHECK(problem<layer_cake::WallTime>("\"yesterday\"") != "taken");
    CHECK(problem<layer_cake::Duration>("5") != "taken");
    CHECK(problem<TimeDelta>("null") != "taken");
    CHECK(problem<ClockTime>("\"2025-01-02\"") != "taken");
    for (const auto* wrong : {"[]", "5", "[\"a\"]", "[1.5]", "\"k\""})
        CHECK_MESSAGE(problem<Address>(wrong) != "taken", wrong);
    AddressBook book;
    JsonReading with_book;
    with_book.book = &book;
    CHECK(problem<Address>("\"k\"", with_book) == "message: the address \"k\" is not in the book");
    CHECK(problem<Address>("[1]", with_book) != "taken");
}

TEST_CASE("every member of every standard message refuses a value of another kind") {
    int refused = 0;
    for (const auto* info : standard_types()) {
        if (info->kind != Kind::message) continue;
        for (const auto& member : info->members()) {
            auto wrong = std::string("{\"no\":1}");
            if (member.info->kind == Kind::message) wrong = "7";
            const auto any = from_json<Any>("{\"value\":[\"" + info->signature() + "\",{\"" + std::string(member.name) +
                                            "\":" + wrong + "},[]]}");
            REQUIRE_FALSE(any);
            CHECK(any.error().detail.starts_with("message." + std::string(member.name) + ": expected "));
            ++refused;
        }
    }
    CHECK(refused > 40);
}

TEST_CASE("limits hold to the edge and not one beyond") {
    std::string word = "{}";
    for (int level = 0; level < 31; ++level)
        word = "{\"more\":[" + word + "]}";
    CHECK(problem<Deep>(word) == "taken"); // 63 levels
    JsonReading shallow;
    shallow.limits.depth = 63;
    CHECK(problem<Deep>(word, shallow) == "taken");
    shallow.limits.depth = 62;
    CHECK(problem<Deep>(word, shallow).ends_with(": nested deeper than 62 levels"));
    std::string bomb;
    for (int level = 0; level < 100'000; ++level)
        bomb += "{\"more\":[";
    CHECK(problem<Deep>(bomb).ends_with(": nested deeper than 64 levels"));
    std::string anys;
    for (int level = 0; level < 100'000; ++level)
        anys += "[\"any\",";
    CHECK(problem<Any>(anys).ends_with("nested deeper than 64 levels"));

    JsonReading small;
    small.limits.bytes = 20;
    CHECK(problem<std::string>("\"123456789\"", small) == "message: the text is longer than 20 bytes");
    CHECK(problem<std::string>("\"12345678\"", small) == "taken");
    small = {};
    small.limits.memory = 3 * sizeof(Fat);
    CHECK(problem<std::vector<Fat>>("[{},{},{}]", small) == "taken");
    CHECK(problem<std::vector<Fat>>("[{},{},{},{}]", small) == "message[3]: takes more than 24000 bytes of memory");
    small.limits.pointers = 1;
    CHECK(from_json<std::shared_ptr<Cell>>(R"({"value":"a","pointer":[["a",{}]]})", small));
    CHECK_FALSE(from_json<std::shared_ptr<Cell>>(R"({"value":"a","pointer":[["a",{}],["b",{}]]})", small));
}

TEST_CASE("what has no JSON form is refused with its place, and nothing is written") {
    Deep deep;
    for (int level = 0; level < 40; ++level) {
        Deep outer;
        outer.more.push_back(std::move(deep));
        deep = std::move(outer);
    }
    TextBuffer out;
    out.put("before");
    const auto refused = write_json(out, info_of<Deep>(), &deep);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().detail.starts_with("message.more[0].more[0]"));
    CHECK(out.view() == "before");
    CHECK(to_json(static_cast<Level>(7)).error().detail == "message: refusal.Level has no name for 7");
    CHECK(to_json(Word{"{"}).error().detail == "message: a word is not JSON");
    CHECK(to_json(char32_t(0xd800)).error().detail == "message: 0xd800 is no code point");
}
