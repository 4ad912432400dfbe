#include <cmath>
#include <doctest/doctest.h>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/type/structure.hpp>

using namespace layer_cake;
using namespace layer_cake::codec;
using namespace layer_cake::type;

namespace wire_api {

enum class Colour { RED = 1, GREEN = 2 };
LAYER_CAKE_ENUM(Colour, RED, GREEN)

struct Inner {
    std::int64_t n = 0;
    std::optional<std::string> label;
    bool operator==(const Inner&) const = default;
};
LAYER_CAKE_MESSAGE(Inner, n, label)

struct Everything {
    bool flag = true;
    std::int64_t i = 7;
    double f = 1.5;
    std::string text = "t\xc3\xa9";
    ByteString raw{"r\xff"};
    Block blob{std::byte(1), std::byte(2)};
    WallTime when{};
    TimeDelta delta{};
    Uuid uid{};
    Colour colour = Colour::GREEN;
    Duration span{};
    Address addr{19};
    TypeName kind{"wire_api.Inner"};
    Word word{"{\"k\":[1]}"};
    Any anything;
    std::vector<std::int64_t> many{1, 2};
    std::map<std::string, double> named{{"a", 1.0}};
    std::set<std::string> unique{"u"};
    std::deque<std::int64_t> dq{1};
    Inner inner{9, "in"};
};
LAYER_CAKE_MESSAGE(Everything, flag, i, f, text, raw, blob, when, delta, uid, colour, span, addr, kind, word, anything,
                   many, named, unique, dq, inner)

} // namespace wire_api
using namespace wire_api;

struct Xy {
    int x = 1;
    int y = 1;
    bool operator==(const Xy&) const = default;
};
LAYER_CAKE_MESSAGE(Xy, x, y)
LAYER_CAKE_REGISTER(std::vector<std::vector<double>>)
LAYER_CAKE_REGISTER(std::shared_ptr<std::int64_t>)

struct Sizes {
    std::int8_t a = 0;
    std::int16_t b = 0;
    std::int32_t c = 0;
    std::int64_t d = 0;
    std::uint8_t e = 0;
    std::uint16_t f = 0;
    std::uint32_t g = 0;
    std::uint64_t h = 0;
    float i = 0;
    std::byte j{};
    char k = 'k';
    char32_t l = 0x1f600;
    std::vector<bool> m;
    std::array<std::int64_t, 3> n{};
};
LAYER_CAKE_MESSAGE(Sizes, a, b, c, d, e, f, g, h, i, j, k, l, m, n)

namespace {

template <class T>
std::string json(const T& value) {
    const auto text = to_json(value);
    REQUIRE_MESSAGE(text.has_value(), text.error().detail);
    return *text;
}

template <class T>
T value(std::string_view text, const JsonReading& how = {}) {
    auto got = from_json<T>(text, how);
    REQUIRE_MESSAGE(got.has_value(), text << ": " << got.error().detail);
    return std::move(*got);
}

} // namespace

TEST_CASE("scalars are written as the predecessor writes them") {
    CHECK(json(true) == R"({"value":true})");
    CHECK(json(std::int64_t(-1)) == R"({"value":-1})");
    CHECK(json(1e16) == R"({"value":1e+16})");
    CHECK(json(std::string("quote\"back\\slash/")) == R"({"value":"quote\"back\\slash/"})");
    CHECK(json(std::string("\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80")) == R"({"value":"\u00e9\u4e2d\ud83d\ude00"})");
    CHECK(json(std::string("\0\x1f\x7f\n\t\r\b\f", 8)) == R"({"value":"\u0000\u001f\u007f\n\t\r\b\f"})");
    CHECK(json(std::string("a\xff"
                           "b")) == R"({"value":"a\ufffdb"})");
    CHECK(json(ByteString{"abc\xff"}) == R"({"value":"abc\u00ff"})");
    CHECK(json(Block{}) == R"({"value":""})");
    CHECK(json(Block{std::byte(0), std::byte(1), std::byte(255)}) == R"({"value":"AAH/"})");
    CHECK(json(Block{std::byte('a'), std::byte('b'), std::byte('c'), std::byte('d')}) == R"({"value":"YWJjZA=="})");
    CHECK(json('a') == R"({"value":"a"})");
    CHECK(json(char32_t(0x1f600)) == R"({"value":"\ud83d\ude00"})");
    CHECK(json(Colour::RED) == R"({"value":"RED"})");
    CHECK(json(*parse_uuid("00112233-4455-6677-8899-aabbccddeeff")) ==
          R"({"value":"00112233-4455-6677-8899-aabbccddeeff"})");
    CHECK(json(Address{5, 7}) == R"({"value":[5,7]})");
    CHECK(json(Address()) == R"({"value":null})");
    CHECK(json(std::optional<int>()) == R"({"value":null})");
    CHECK(json(TypeName{"test_api.Xy"}) == R"({"value":"test_api.Xy"})");
    CHECK(json(Duration(std::chrono::seconds(90))) == R"({"value":"1m30s"})");
}

TEST_CASE("containers are lists, maps are lists of pairs, messages are objects") {
    CHECK(json(std::vector<std::vector<double>>{{1, 0.5}, {}}) == R"({"value":[[1.0,0.5],[]]})");
    CHECK(json(std::map<std::string, int>{{"a", 1}, {"b", 2}}) == R"({"value":[["a",1],["b",2]]})");
    CHECK(json(std::array<int, 3>{1, 2, 3}) == R"({"value":[1,2,3]})");
    CHECK(json(std::vector<bool>{true, false}) == R"({"value":[true,false]})");
    CHECK(json(Xy{8, 8}) == R"({"value":{"x":8,"y":8}})");
    CHECK(json(Ack{}) == R"({"value":{}})");
    CHECK(json(Any(Xy{2, 2})) == R"({"value":["Xy",{"x":2,"y":2},[]]})");
    CHECK(json(Any(std::vector<std::vector<double>>{{0.5}})) == R"({"value":["vector<vector<float8>>",[[0.5]],[]]})");
    CHECK(json(Any()) == R"({"value":null})");
    CHECK(
        json(Any(Aborted{})) ==
        R"({"value":["layer_cake.point_runtime.Aborted",{"condition":"aborted","explanation":"user or software interrupt","error_code":null,"exit_status":null},[]]})");
}

TEST_CASE("a message of every type is what the predecessor sent") {
    const std::string body =
        R"({"value":["wire_api.Everything",{"flag":true,"i":7,"f":1.5,"text":"t\u00e9","raw":"r\u00ff","blob":"AQI=","when":"2025-01-02T03:04:05","delta":"1:00:00:1.5","uid":"00112233-4455-6677-8899-aabbccddeeff","colour":"GREEN","span":"1m1.5s","addr":"c4add697-4c70-4c58-80a2-c0a3e604268d:0","kind":"wire_api.Inner","word":{"k":[1]},"anything":["wire_api.Inner",{"n":1,"label":"a"},[]],"many":[1,2],"named":[["a",1.0]],"unique":["u"],"dq":[1],"inner":{"n":9,"label":"in"}},[]]})";
    AddressBook book;
    book.add("c4add697-4c70-4c58-80a2-c0a3e604268d:0", Address{19, 20});
    JsonReading reading;
    reading.book = &book;
    const auto any = value<Any>(body, reading);
    const auto* everything = any.get<Everything>();
    REQUIRE(everything);
    CHECK(everything->text == "t\xc3\xa9");
    CHECK(everything->raw.bytes == "r\xff");
    CHECK(everything->addr == Address{19, 20});
    CHECK(everything->delta.length == std::chrono::milliseconds(86'401'500));
    CHECK(everything->anything.get<Inner>()->label == "a");
    CHECK(everything->word.json == R"({"k":[1]})");

    AddressBook written;
    JsonWriting writing;
    writing.book = &written;
    const auto again = *to_json(any, writing);
    REQUIRE(written.entries().size() == 1);
    CHECK(written.entries()[0].address == Address{19, 20});
    auto expected = body;
    expected.replace(expected.find("c4add"), 38, written.entries()[0].key);
    CHECK(again == expected);
    CHECK(any.copy() == any);
}

TEST_CASE("members that are missing or null keep their defaults, unknown ones are dropped, the last one counts") {
    CHECK(value<Xy>(R"({"value":{}})") == Xy{});
    CHECK(value<Xy>(R"({"value":{"y":null,"z":[{"a":1}],"x":5}})") == Xy{5, 1});
    CHECK(value<Xy>(R"({"value":{"x":5,"x":6}})") == Xy{6, 1});
    CHECK(value<Xy>(R"({"value":{"x":5,"x":null}})") == Xy{});
    CHECK(value<Xy>(R"({"value":{"x":5},"value":{"y":6}})") == Xy{1, 6});
    CHECK(value<Xy>(R"( { "extra" : 1 , "value" : { "\u0078" : 5 , "y" : 6 } } )") == Xy{5, 6});
    CHECK(value<LocalPort>(R"({"value":{"host":null,"port":1}})").host == "127.0.0.1");
}

TEST_CASE("scalars are read as the predecessor reads them") {
    CHECK(value<std::int64_t>(R"({"value":-0})") == 0);
    CHECK(value<double>(R"({"value":1e2})") == 100.0);
    CHECK(value<double>(R"({"value":1E400})") == INFINITY);
    CHECK(std::isnan(value<double>(R"({"value":NaN})")));
    CHECK(value<double>(R"({"value":-Infinity})") == -INFINITY);
    CHECK(value<std::vector<double>>(R"({"value":[NaN,Infinity]})").size() == 2);
    CHECK(value<std::string>(R"({"value":"\ud83d\ude00"})") == "\xf0\x9f\x98\x80");
    CHECK(value<ByteString>(R"({"value":"\u00ff"})").bytes == "\xff");
    CHECK(value<Block>(R"({"value":"AAH/"})").size() == 3);
    CHECK(value<Colour>(R"({"value":"RED"})") == Colour::RED);
    CHECK(value<std::optional<int>>(R"({"value":null})") == std::nullopt);
    CHECK(value<std::vector<std::optional<int>>>(R"({"value":[1,null,2]})")[1] == std::nullopt);
    CHECK(value<std::array<int, 3>>(R"({"value":[1,2]})") == std::array<int, 3>{1, 2, 0});
    CHECK(value<std::array<int, 3>>(R"({"value":[1,2,3,4]})") == std::array<int, 3>{1, 2, 3});
    CHECK(value<std::map<std::string, int>>(R"({"value":[["a",1],["a",2,9]]})").at("a") == 2);
    CHECK(value<std::set<int>>(R"({"value":[1,1,2]})").size() == 2);
    CHECK(value<Address>(R"({"value":[5,8]})") == Address{5, 8});
    CHECK(value<Target>(R"({"value":[3,5,8]})").address == Address{3, 5, 8});
    CHECK(value<TypeName>(R"({"value":"no.such"})").name == "no.such");
    CHECK_FALSE(value<Any>(R"({"value":["any",null,[]]})").has_value());
    JsonReading people;
    people.whole_floats = true;
    CHECK(value<std::vector<double>>(R"({"value":[1,2.5]})", people) == std::vector<double>{1, 2.5});
}

TEST_CASE("numbers go to the ends of their types") {
    const std::string text =
        R"({"value":{"a":-128,"b":-32768,"c":-2147483648,"d":-9223372036854775808,"e":255,"f":65535,"g":4294967295,"h":18446744073709551615,"i":0.1,"j":255,"k":"\u00ff","l":"\u00e9","m":[true,false],"n":[1,2,3]}})";
    const auto sizes = value<Sizes>(text);
    CHECK(sizes.h == ~std::uint64_t(0));
    CHECK(sizes.k == '\xff');
    CHECK(json(sizes) == text);
}

TEST_CASE("a value of an unknown type travels on as it came") {
    for (
        const std::string text : {
            R"({"value":["nope.Inner",{"n":1, "m":[NaN]},[]]})",
            R"({"value":["vector< vector<float8> >",[[1.0]],[]]})",
            R"({"value":["unicode",null,[]]})",
            R"({"value":["wire_api.Colour",null,[]]})",
            R"({"value":["layer_cake.point_runtime.Returned",{"message":["a.B",null,[]]},[]]})",
            R"({"value":["a.Hidden",{"root":"1100:u","n":1.50},["1100:u"]],"pointer":[["1100:u",["b.C",{"x":[1, 2]},[]]]]})",
        }) {
        JsonReading peer;
        peer.not_finite = true;
        CHECK(json(value<Any>(text, peer)) == text);
    }
    AddressBook book;
    book.add("a:0", Address{19, 20});
    JsonReading reading;
    reading.book = &book;
    const auto hidden = value<Any>(R"({"value":["__main__.Hidden",{"a":5,"where":"a:0"},[]]})", reading);
    CHECK(hidden.get<Incognito>()->type_name == "__main__.Hidden");
    AddressBook onward;
    JsonWriting writing;
    writing.book = &onward;
    CHECK(*to_json(hidden, writing) == R"({"value":["__main__.Hidden",{"a":5,"where":"a:0"},[]]})");
    CHECK(*onward.find("a:0") == Address{19, 20});
}

TEST_CASE("an unknown value takes along only what it refers to, however often it is passed on") {
    const std::string text = R"({"value":["a.B",{"x":"p1"},[]],"pointer":[["p1",{"y":"p\u0032"}],["p2",1],["p3",2]]})";
    AddressBook book;
    book.add("k1", Address(1));
    book.add("p2", Address(2));
    JsonReading reading;
    reading.book = &book;
    const auto any = value<Any>(text, reading);
    const auto* unknown = any.get<Incognito>();
    REQUIRE(unknown);
    CHECK(unknown->pointers.size() == 2);
    REQUIRE(unknown->addresses.size() == 1);
    CHECK(unknown->addresses[0].key == "p2");
    std::vector<Any> two;
    two.push_back(Any(std::make_shared<std::int64_t>(5)));
    two.push_back(any.copy());
    auto passed = json(two);
    for (int hop = 0; hop < 3; ++hop) {
        const auto next = json(value<std::vector<Any>>(passed));
        CHECK(next.size() == passed.size());
        passed = next;
    }
}

TEST_CASE("people get the value in lines") {
    const Inner inner{1, "a: [b], \"c\""};
    CHECK(*to_readable_json(info_of<Inner>(), &inner) == "{\n    \"n\": 1,\n    \"label\": \"a: [b], \\\"c\\\"\"\n}");
    const std::vector<std::vector<int>> lists{{}, {1}};
    CHECK(*to_readable_json(info_of<std::vector<std::vector<int>>>(), &lists) ==
          "[\n    [],\n    [\n        1\n    ]\n]");
}
