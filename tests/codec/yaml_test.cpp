#include <ctime>
#include <doctest/doctest.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/yaml.hpp>

using namespace layer_cake;
using namespace layer_cake::codec;
using namespace std::string_literals;

namespace {

Value read(std::string_view text) {
    const auto value = parse_yaml(text, "f.yaml");
    REQUIRE_MESSAGE(value.has_value(), text.substr(0, 200), value ? "" : value.error().detail);
    return *value;
}

/// The value as JSON: the shortest way to write what is expected.
std::string json(std::string_view text) {
    return write_json(read(text));
}

std::string refusal(std::string_view text) {
    const auto value = parse_yaml(text, "f.yaml");
    REQUIRE_MESSAGE(!value, text.substr(0, 200));
    CHECK(value.error().fault == Fault::invalid);
    return value.error().detail;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("scalars are what the core schema says, not what YAML 1.1 did") {
    CHECK(json("[no, yes, on, off, y, n, No, ON]") == R"(["no","yes","on","off","y","n","No","ON"])");
    CHECK(json("[true, True, TRUE, false, False, FALSE, tRUE]") == R"([true,true,true,false,false,false,"tRUE"])");
    CHECK(json("[~, null, Null, NULL, nUll, '', \"~\"]") == R"([null,null,null,null,"nUll","","~"])");
    CHECK(json("[012, 0o14, 0x1F, 1e3, +1, -0, .5, 1.]") == "[12,12,31,1e3,1,-0,0.5,1]");
    CHECK(json("[1_000, 12:30:45, 2001-01-01, 0b1, 1e, 0o8, 0x, ., +, -x, 1.2.3]") ==
          R"(["1_000","12:30:45","2001-01-01","0b1","1e","0o8","0x",".","+","-x","1.2.3"])");
    CHECK(read("012").scalar_text() == "012");
    CHECK(read("1.10").scalar_text() == "1.10");
    CHECK(json("[.inf, -.Inf, .NAN, .iNf]") == R"([null,null,null,".iNf"])");
    CHECK(json("['1', \"true\", !!str 5, ! 5]") == R"(["1","true","5","5"])");
    CHECK(json("[!!int 5, !!float 5, !!bool true, !!null ~, !!int 0x1F]") == "[5,5,true,null,31]");
}

TEST_CASE("keys keep the text they were written with") {
    CHECK(json("{012: a, 1e3: b, true: c, 'x y': d}") == R"({"012":"a","1e3":"b","true":"c","x y":"d"})");
}

TEST_CASE("blocks, folds and quotes are read") {
    CHECK(json("a: |\n  one\n   two\n\n  three\nb: >-\n  x\n  y\n") == R"({"a":"one\n two\n\nthree\n","b":"x y"})");
    CHECK(json("a: 'it''s'\nb: \"\\t\\x41\\u00e9\"\n") == "{\"a\":\"it's\",\"b\":\"\\tA\xc3\xa9\"}");
    CHECK(json("a: |+\n  x\n\nb: |-\n  y\n") == R"({"a":"x\n\n","b":"y"})");
}

TEST_CASE("every escape gives UTF-8") {
    CHECK(json(R"("\N\_\L\P\e\x85\u00e9\U0001F600")") ==
          "\"\xc2\x85\xc2\xa0\xe2\x80\xa8\xe2\x80\xa9\\u001b\xc2\x85\xc3\xa9\xf0\x9f\x98\x80\"");
}

TEST_CASE("marks are where names and values start") {
    const auto value = read("# c\na:\n  - x\n  - {k: v}\n");
    CHECK(value.object()->front().mark == Mark{2, 1});
    const auto& list = *value.find("a");
    CHECK(list.mark == Mark{3, 3});
    CHECK(list.array()->at(0).mark == Mark{3, 5});
    CHECK(list.array()->at(1).object()->front().mark == Mark{4, 6});
    CHECK(list.array()->at(1).find("k")->mark == Mark{4, 9});
}

TEST_CASE("line ends of any system and a byte order mark are taken") {
    CHECK(json("\xef\xbb\xbf"
               "a: 1\r\nb:\r\n  - x\r\n") == R"({"a":1,"b":["x"]})");
    CHECK(json("a: |\r\n  x\r\n  y\r\n") == R"({"a":"x\ny\n"})");
}

TEST_CASE("an empty document is null") {
    for (const auto* text : {"", "\n\n", "# only words\n", "---\n", "---\n...\n", "\xef\xbb\xbf"})
        CHECK(read(text).is_null());
}

TEST_CASE("anchors repeat what they mark") {
    CHECK(json("a: &x {k: 1}\nb: *x\nc: [*x, *x]") == R"({"a":{"k":1},"b":{"k":1},"c":[{"k":1},{"k":1}]})");
    CHECK(json("a: &x 1\nb: &x 2\nc: *x") == R"({"a":1,"b":2,"c":2})");
    CHECK(json("a: &x [1]\nb: &y [*x]\nc: *y") == R"({"a":[1],"b":[[1]],"c":[[1]]})");
    CHECK(has(refusal("a: *x"), "f.yaml:1:4: "));
    CHECK(has(refusal("&x [*x]"), "within what it repeats"));
    CHECK(has(refusal("&x {a: [1, {b: *x}]}"), "within what it repeats"));
    CHECK(has(refusal("a: &x k\n*x : 1"), "f.yaml:2:1: "));
}

TEST_CASE("merge keys bring members that do not win over given ones") {
    CHECK(json("b: &b {x: 1, y: 2}\nc:\n  x: 9\n  <<: *b\n  z: 3") == R"({"b":{"x":1,"y":2},"c":{"x":9,"y":2,"z":3}})");
    CHECK(json("<<: [{a: 1}, {a: 2, b: 3}]") == R"({"a":1,"b":3})");
    CHECK(json("\"<<\": 1") == R"({"<<":1})");
    CHECK(has(refusal("<<: 1"), "wants a mapping"));
    CHECK(has(refusal("<<: [{a: 1}, 2]"), "wants a mapping"));
    CHECK(has(refusal("<<: {a: 1}\n<<: {b: 1}"), "given twice"));
}

TEST_CASE("duplicate keys are refused with both places") {
    CHECK(refusal("a: 1\nb: 2\na: 3\n") == "f.yaml:3:1: the key \"a\" is given twice, first on line 1");
    CHECK(has(refusal("{a: 1, 'a': 2}"), "given twice"));
    CHECK(has(refusal("x:\n  - {k: 1, k: 2}"), "f.yaml:2:12: "));
}

TEST_CASE("keys are single words or text") {
    CHECK(has(refusal("[a]: 1"), "f.yaml:1:1: a key must be"));
    CHECK(has(refusal("? {a: 1}\n: 2"), "a key must be"));
    CHECK(has(refusal("~: 1"), "unquoted null"));
    CHECK(has(refusal(": 1"), "a key is missing"));
}

TEST_CASE("foreign and unfit tags are refused") {
    CHECK(refusal("a: !ruby/object x") == "f.yaml:1:4: the tag \"!ruby/object\" is not known here");
    CHECK(has(refusal("!!python/object:os.system x"), "does not fit its tag"));
    CHECK(has(refusal("!!int x"), "does not fit its tag"));
    CHECK(has(refusal("!!binary aGk="), "does not fit its tag"));
    CHECK(has(refusal("!!set {a}"), "does not fit a mapping"));
    CHECK(has(refusal("!<tag:example.com,2000:x> a"), "is not known here"));
}

TEST_CASE("one document is allowed") {
    CHECK(has(refusal("a: 1\n---\nb: 2\n"), "f.yaml:2:1: "));
    CHECK(has(refusal("a: 1\n...\n---\nb: 2\n"), "a second document is not allowed"));
    CHECK(has(refusal("- a\nb: 1\n"), "is the indentation right"));
}

TEST_CASE("a tab in the indentation is named as the cause") {
    CHECK(has(refusal("a:\n\tb: 1\n"), "f.yaml:2:"));
    CHECK(has(refusal("a:\n\tb: 1\n"), "indented with a tab"));
    CHECK(json("a:\n  b: |\n    x:\n    \ty\n") == R"({"a":{"b":"x:\n\ty\n"}})");
}

TEST_CASE("what no YAML may hold is refused with its place") {
    CHECK(refusal("a: 1\nb: \xff\n") == "f.yaml:2:4: this is not UTF-8");
    CHECK(refusal("a: \x04 x") == "f.yaml:1:4: the control character \\x04 is not allowed");
    CHECK(has(refusal("a\0b"s), "\\x00"));
    CHECK(has(refusal("\xff\xfe"
                      "a\0"s),
              "f.yaml:1:1: ")); // UTF-16
    CHECK(refusal(std::string((1u << 20) + 1, ' ')) == "f.yaml: larger than 1 MiB");
}

TEST_CASE("broken texts are refused, not survived by luck") {
    for (const auto* text : {"[:",
                             "{:",
                             "[?",
                             "[a, b",
                             "{a",
                             "\"abc",
                             "'abc",
                             "a: 'b",
                             "'",
                             "a: '",
                             "a: \"\\q\"",
                             "@a",
                             "`a",
                             "a: b: c",
                             "a: [b: ]]",
                             "}",
                             "]",
                             "a: }",
                             "&",
                             "*",
                             "a\nb: c",
                             "a: \"x\" y",
                             "key: - x",
                             "{a: 1, b",
                             "--- |\nx\n--- y",
                             "%YAML 9.9\n---\na",
                             "? ?"})
        refusal(text);
}

TEST_CASE("a billion laughs are refused at once") {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        const auto before = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int n = 0; n < 9; ++n)
            text += (n ? ", " : "") + before;
        text += "]\n";
    }
    CHECK(has(refusal(text), "aliases repeat more than 10000 nodes"));
    std::string many = "a: &a x\nb: [*a";
    for (int i = 0; i < 100; ++i)
        many += ", *a";
    CHECK(has(refusal(many + "]"), "more than 100 aliases"));
    std::string merges = "a: &a {k: 1}\nb: &b {<<: *a, l: 1}\n";
    CHECK(json(merges + "c: {<<: [*a, *b]}") == R"({"a":{"k":1},"b":{"k":1,"l":1},"c":{"k":1,"l":1}})");
}

TEST_CASE("depth ends at 32 levels, in any style, through aliases too") {
    CHECK(read(std::string(32, '[') + std::string(32, ']')).array());
    CHECK(has(refusal(std::string(33, '[') + std::string(33, ']')), "nested deeper than 32 levels"));
    std::string block;
    for (int i = 0; i < 40; ++i)
        block += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
    CHECK(has(refusal(block), "nested deeper than 32 levels"));
    std::string dashes;
    for (int i = 0; i < 40; ++i)
        dashes += "- ";
    CHECK(has(refusal(dashes + "x"), "nested deeper than 32 levels"));
    const auto deep = std::string(20, '[') + std::string(20, ']');
    CHECK(
        has(refusal("a: &a " + deep + "\nb: " + std::string(15, '[') + "*a" + std::string(15, ']')), "nested deeper"));
}

TEST_CASE("no text of a mebibyte takes long") {
    const auto full = [](std::string_view piece) {
        std::string text;
        while (text.size() + piece.size() <= (1u << 20))
            text += piece;
        return text;
    };
    for (const auto* piece :
         {"[", "{a: ", "- ", "? ", "&a ", "*a ", "'", "\"\\", "|\n", "%", "---\n", "a\n", "[a\n", "<<: "}) {
        const auto text = full(piece);
        const auto start = std::clock(); // processor time: the machine may be busy
        parse_yaml(text, "f.yaml");
        const auto seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
        CHECK_MESSAGE(seconds < 5, piece);
    }
    std::string nodes = "[";
    for (int i = 0; i < 100'001; ++i)
        nodes += "a,";
    CHECK(has(refusal(nodes + "]"), "more than 100000 nodes"));
}
