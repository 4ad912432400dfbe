#include <cmath>
#include <doctest/doctest.h>
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/type/structure.hpp>

using namespace layer_cake;
using namespace layer_cake::codec;
using namespace layer_cake::type;

namespace binary_test {

enum class Level { low = -5, high = 100 };
LAYER_CAKE_ENUM(Level, low, high)

struct Node {
    std::int64_t n = 0;
    std::shared_ptr<Node> next;
};
LAYER_CAKE_MESSAGE(Node, n, next)

struct Everything {
    bool flag = true;
    std::byte byte{7};
    char character = 'c';
    char32_t rune = 0x1f600;
    std::int8_t i1 = -1;
    std::uint64_t u8 = ~std::uint64_t(0);
    float f4 = 0.1f;
    double f8 = 5e-324;
    std::string text = "t\xc3\xa9";
    ByteString raw{"r\xff"};
    Block blob{std::byte(1), std::byte(2)};
    WallTime when{Duration(1)};
    ClockTime clock{WallTime(Duration(2))};
    Duration span{3};
    TimeDelta delta{Duration(-4)};
    Uuid uuid{{1, 2, 3}};
    Level level = Level::high;
    Address address{19, 20};
    Target target{Address{5}};
    TypeName kind{"a.B"};
    Word word{"{\"k\":[1]}"};
    Any anything = Any(std::string("inside"));
    std::vector<double> row{1, -0.0, INFINITY};
    std::vector<bool> bits{true, false, true};
    std::array<std::string, 2> pair{"a", "b"};
    std::deque<std::int16_t> deque{1, 2};
    std::set<std::string> set{"u", "v"};
    std::map<std::string, std::vector<float>> map{{"a", {1}}};
    std::optional<int> some = 5;
    std::optional<int> none;
    std::shared_ptr<Node> pointer;
};
LAYER_CAKE_MESSAGE(Everything, flag, byte, character, rune, i1, u8, f4, f8, text, raw, blob, when, clock, span, delta,
                   uuid, level, address, target, kind, word, anything, row, bits, pair, deque, set, map, some, none,
                   pointer)

struct Small {
    bool yes = false;
    std::vector<std::string> texts;
};
LAYER_CAKE_MESSAGE(Small, yes, texts)

struct Deep {
    std::vector<Deep> more;
};
LAYER_CAKE_MESSAGE(Deep, more)

} // namespace binary_test
using namespace binary_test;

namespace {

template <class T>
std::string binary(const T& value) {
    const auto bytes = to_binary(value);
    REQUIRE_MESSAGE(bytes.has_value(), bytes.error().detail);
    return *bytes;
}

template <class T>
T again(const T& value) {
    auto got = from_binary<T>(binary(value));
    REQUIRE_MESSAGE(got.has_value(), got.error().detail);
    return std::move(*got);
}

template <class T>
std::string problem(const std::string& bytes, const BinaryReading& how = {}) {
    const auto got = from_binary<T>(bytes, how);
    return got ? "taken" : got.error().detail;
}

} // namespace

TEST_CASE("a value of every type comes back as it was") {
    const Everything all;
    const auto got = again(all);
    CHECK(equal_values(info_of<Everything>(), &all, &got));
    const auto empty = again(Any());
    CHECK_FALSE(empty);
    CHECK(again(Any(Aborted{})).get<Aborted>()->condition == "aborted");
}

TEST_CASE("sharing, cycles and long lists come back") {
    auto head = std::make_shared<Node>();
    head->next = head;
    Everything all;
    all.pointer = head;
    all.anything = Any(head);
    auto got = again(all);
    CHECK(got.pointer->next == got.pointer);
    CHECK(*got.anything.get<std::shared_ptr<Node>>() == got.pointer);
    got.pointer->next = nullptr;
    head->next = nullptr;
    for (std::int64_t n = 0; n < 50'000; ++n) {
        auto longer = std::make_shared<Node>();
        longer->n = n;
        longer->next = std::move(head);
        head = std::move(longer);
    }
    auto list = again(head);
    CHECK(list->next->n == 49'998);
    while (head)
        head = std::exchange(head->next, nullptr);
    while (list)
        list = std::exchange(list->next, nullptr);
}

TEST_CASE("another schema is refused, but within an any it travels on") {
    auto bytes = binary(Small{});
    bytes[0] ^= 1;
    CHECK(problem<Small>(bytes) == "message: another schema of binary_test.Small");

    auto head = std::make_shared<Node>();
    head->n = 41;
    auto any = binary(Any(head));
    const auto at = any.find("pointer<binary_test.Node>");
    any[at + 8] = 'x'; // as if it were unknown here
    const auto unknown = from_binary<Any>(any);
    REQUIRE(unknown);
    REQUIRE(unknown->get<Incognito>());
    auto onward = binary(*unknown);
    CHECK(onward == any);
    CHECK_FALSE(to_json(*unknown));
    onward[at + 8] = 'b';
    CHECK((*from_binary<Any>(onward)->get<std::shared_ptr<Node>>())->n == 41);
}

TEST_CASE("what came as JSON and is unknown travels on in the binary form and back") {
    const std::string text =
        R"({"value":["a.Hidden",{"root":"1100:u"},["1100:u"]],"pointer":[["1100:u",["b.C",{},[]]]]})";
    const auto any = from_json<Any>(text);
    REQUIRE(any);
    CHECK(*to_json(again(*any)) == text);
    Incognito known;
    known.type_name = "binary_test.Small";
    known.word.json = R"({"yes":true})";
    const auto got = again(Any::make<Incognito>(std::move(known)));
    REQUIRE(got.get<Small>());
    CHECK(got.get<Small>()->yes);
}

TEST_CASE("addresses go into the book") {
    AddressBook book;
    BinaryWriting writing;
    writing.book = &book;
    const auto bytes = to_binary(std::vector<Address>{Address{19, 20}, Address()}, writing);
    REQUIRE(book.entries().size() == 1);
    BinaryReading reading;
    reading.book = &book;
    CHECK(*from_binary<std::vector<Address>>(*bytes, reading) == std::vector<Address>{Address{19, 20}, Address()});
    const AddressBook empty;
    reading.book = &empty;
    CHECK(problem<std::vector<Address>>(*bytes, reading).find("is not in the book") != std::string::npos);
}

TEST_CASE("anything cut short or left over is refused") {
    const auto whole = binary(Everything());
    for (std::size_t size = 0; size < whole.size(); ++size)
        REQUIRE(problem<Everything>(whole.substr(0, size)) != "taken");
    CHECK(problem<Everything>(whole + '\0') == "taken"); // an empty pointer table
    CHECK(problem<Everything>(whole + "x") != "taken");
    CHECK(problem<Everything>(whole + std::string(2, '\0')) == "message: more bytes than the type has");
}

TEST_CASE("a length is believed only when the bytes are there") {
    const auto start = binary(std::vector<double>()).substr(0, 8);
    CHECK(problem<std::vector<double>>(start + "\xff\xff\xff\xff\xff\xff\xff\x7f") == "message: it ends too early");
    CHECK(problem<std::vector<double>>(start + std::string("\x80\x00", 2)) == "message: a length has groups too many");
    const auto nothing = binary(std::vector<Ack>()).substr(0, 8);
    BinaryReading small;
    small.limits.memory = 1000;
    CHECK(problem<std::vector<Ack>>(nothing + "\xe8\x07", small) == "taken");
    CHECK(problem<std::vector<Ack>>(nothing + "\xe9\x07", small) ==
          "message[1000]: takes more than 1000 bytes of memory");
    small = {};
    small.limits.bytes = nothing.size();
    CHECK(problem<std::vector<Ack>>(nothing + '\0', small).find("longer than 8 bytes") != std::string::npos);
}

TEST_CASE("only the writer's own form is read") {
    const auto of_small = binary(Small{}).substr(0, 8);
    CHECK(problem<Small>(of_small + "\x02") == "message.yes: no value of boolean");
    CHECK(problem<Small>(of_small + "\x01\x01\x01\xff") == "message.texts[0]: text is not UTF-8");
    CHECK(problem<Level>(binary(Level::low).substr(0, 8) + "\x02") == "message: binary_test.Level has no such value");
    CHECK(problem<std::optional<int>>(binary(std::optional<int>()).substr(0, 8) + "\x02") ==
          "message: neither there nor not");
    CHECK(problem<std::set<std::string>>(binary(std::set<std::string>()).substr(0, 8) + "\x02\x01"
                                                                                        "a\x01"
                                                                                        "a") ==
          "message: an element is there twice");
    CHECK(problem<Any>(binary(Any()).substr(0, 8) + "\x03") == "message: no form of a value");
    CHECK(problem<char32_t>(binary(U'a').substr(0, 8) + std::string("\x00\xd8\x00\x00", 4)) != "taken");
    CHECK(problem<std::shared_ptr<Node>>(binary(std::shared_ptr<Node>()).substr(0, 8) + "12345678") ==
          "message: dangling pointer");
    const auto deep = binary(Deep{}).substr(0, 8);
    CHECK(problem<Deep>(deep + std::string(63, '\1') + '\0') != "taken");
    CHECK(problem<Deep>(deep + std::string(31, '\1') + '\0') == "taken");
    CHECK(problem<Deep>(deep + std::string(100'000, '\1')).ends_with("nested deeper than 64 levels"));
}
