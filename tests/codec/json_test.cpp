#include "tests/codec/some_value.hpp"
#include <doctest/doctest.h>
#include <layer_cake/codec/json.hpp>

using namespace layer_cake;
using namespace layer_cake::codec;
using namespace std::string_literals;

TEST_CASE("every valid text is accepted") {
    for (const auto& text : {
             "null"s,
             "true"s,
             "false"s,
             "0"s,
             "-0"s,
             "1.5e+3"s,
             "1E5"s,
             "-1.5E-3"s,
             "\"\""s,
             "[]"s,
             "{}"s,
             " [ ] "s,
             "\t\r\n{ \"a\" : 1 , \"b\" : [ 1 , 2 ] }\n"s,
             "123456789012345678901234567890"s,
             "1e999"s,
             "0.1e-999"s,
             "\"\\u0000\\\"\\\\\\/\\b\\f\\n\\r\\t\""s,
             "\"\\ud83d\\ude00\""s,
             "{\"\":{\"\":[[[]]]}}"s,
             "\"\x7f\""s,
             "\"\xc3\xbc\""s,
             "\"\xe2\x80\xa8\""s,
             "[1,-2]"s,
             "{\"a\":{\"a\":1}}"s,
             "1 "s,
             "\"a\" "s,
             "[\"]\"]"s,
             std::string(64, '[') + std::string(64, ']'),
             "["s + std::string(100'000, ' ') + "]"s,
         }) {
        const auto value = parse_json(text);
        CHECK_MESSAGE(value.has_value(), text.substr(0, 80));
    }
}

TEST_CASE("every wrong text is refused") {
    for (const auto& text : {
             ""s,
             " "s,
             "nul"s,
             "nulll"s,
             "True"s,
             "NaN"s,
             "Infinity"s,
             "-"s,
             "+1"s,
             "01"s,
             "-01"s,
             "1."s,
             ".5"s,
             "1e"s,
             "1e+"s,
             "0x10"s,
             "1_000"s,
             "--1"s,
             "1 2"s,
             "\"a\" \"b\""s,
             "[1] 2"s,
             "{} {}"s,
             "[1,]"s,
             "[,1]"s,
             "[1 2]"s,
             "[1,,2]"s,
             "[1:2]"s,
             "[\"a\":1]"s,
             "[1"s,
             "[[1]"s,
             "[1]]"s,
             "]"s,
             "["s,
             "{"s,
             "}"s,
             "[}"s,
             "{]"s,
             "{\"a\"}"s,
             "{\"a\":}"s,
             "{\"a\" 1}"s,
             "{\"a\":1,}"s,
             "{,\"a\":1}"s,
             "{a:1}"s,
             "{1:1}"s,
             "{'a':1}"s,
             "{\"a\":1 \"b\":2}"s,
             "{\"a\"::1}"s,
             "{\"a\":1:2}"s,
             "{\"a\",1}"s,
             "{\"a\":1"s,
             "{\"a\":{\"b\":1}"s,
             "\"a"s,
             "\"\\"s,
             "\"\\x41\""s,
             "\"\\u12\""s,
             "\"\\ud800\""s,
             "\"\\ude00\""s,
             "\"\n\""s,
             "\"\x01\""s,
             "\"\xff\""s,
             "\xef\xbb\xbf{}"s,
             "// x\n1"s,
             "/**/1"s,
             "1\0"s,
             "[1]\0"s,
             "[tru e]"s,
             "[truefalse]"s,
             "[1.2.3]"s,
             "[1-2]"s,
             "{\"a\":1,\"a\":2}"s,
             "{\"a\":1,\"\\u0061\":2}"s,
             std::string(65, '[') + std::string(65, ']'),
             std::string(100'000, '['),
             std::string(1'000'000, '{'),
         }) {
        const auto value = parse_json(text);
        REQUIRE_MESSAGE(!value, text.substr(0, 80));
        CHECK(value.error().fault == Fault::invalid);
    }
}

TEST_CASE("a refusal names the rule") {
    CHECK(parse_json("").error().detail == "bad JSON: it is empty");
    CHECK(parse_json("{\"a\":1,\"a\":2}").error().detail.find("the name \"a\" is there twice") != std::string::npos);
    CHECK(parse_json("[\n  1,\n  nope\n]").error().detail.find("near line 3") != std::string::npos);
    CHECK(parse_json("[\n  1,\n  nope\n]").error().detail.find("found \"nope\"") != std::string::npos);
    CHECK(parse_json(std::string((16u << 20) + 1, ' ')).error().detail.find("16 MiB") != std::string::npos);
}

TEST_CASE("a name is refused as repeated among many, too") {
    std::string text = "{";
    for (int i = 0; i < 50'000; ++i)
        text += "\"k" + std::to_string(i) + "\":0,";
    CHECK(parse_json(text + "\"z\":0}"));
    CHECK_FALSE(parse_json(text + "\"k77\":0}"));
}

TEST_CASE("numbers keep their text") {
    CHECK(write_json(*parse_json("[1.10,123456789012345678901234567890,1E5,-0]")) ==
          "[1.10,123456789012345678901234567890,1E5,-0]");
}

TEST_CASE("numbers of YAML are written as JSON has them") {
    const auto written = [](const char* text) { return write_json(Value(Number{text})); };
    CHECK(written("012") == "12");
    CHECK(written("+5") == "5");
    CHECK(written("-00.50") == "-0.50");
    CHECK(written("0x1F") == "31");
    CHECK(written("0o14") == "12");
    CHECK(written("0xFFFFFFFFFFFFFFFF") == "18446744073709551616"); // nearest that a double holds
    CHECK(written(".5") == "0.5");
    CHECK(written("5.") == "5");
    CHECK(written("5.e3") == "5e3");
    CHECK(written(".inf") == "null");
    CHECK(written(".nan") == "null");
    for (const auto* text : {"007", "+.5e-3", "-.0", "1.", "0o7", "+0"})
        CHECK_MESSAGE(parse_json(written(text)).has_value(), text);
}

TEST_CASE("strings are escaped where they must be and whole where they can be") {
    const auto written = [](std::string_view text) {
        std::string out;
        append_json_string(out, text);
        return out;
    };
    CHECK(written("a\"b\\c/") == "\"a\\\"b\\\\c/\"");
    CHECK(written(std::string_view("\0\x1f\n\t\r\b\f", 7)) == "\"\\u0000\\u001f\\n\\t\\r\\b\\f\"");
    CHECK(written("gr\xc3\xbc\xc3\x9f") == "\"gr\xc3\xbc\xc3\x9f\"");
    CHECK(written("a\xff\xc3") == "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST_CASE("layouts differ in white space only") {
    const auto value = *parse_json("{\"a\":[1,{}],\"b\":[]}");
    CHECK(write_json(value) == "{\"a\":[1,{}],\"b\":[]}");
    CHECK(write_json(value, Layout::indented) == "{\n    \"a\": [\n        1,\n        {}\n    ],\n    \"b\": []\n}");
}

TEST_CASE("what is written is read back equal") {
    SomeValue some(3);
    for (int i = 0; i < 3000; ++i) {
        const auto value = some.next();
        for (const auto layout : {Layout::compact, Layout::indented}) {
            const auto text = write_json(value, layout);
            const auto again = parse_json(text);
            REQUIRE_MESSAGE(again.has_value(), text);
            CHECK_MESSAGE(*again == value, text);
        }
    }
}
