#include <doctest/doctest.h>
#include <layer_cake/type/registry.hpp>
#include <layer_cake/type/signature.hpp>

using namespace layer_cake::type;

TEST_CASE("every type this process knows reads from its text and back") {
    for (const auto& text : registry().signatures()) {
        const auto signature = parse_signature(text);
        REQUIRE_MESSAGE(signature.has_value(), text);
        CHECK(format_signature(*signature) == text);
    }
}

TEST_CASE("a signature is taken apart") {
    const auto map = parse_signature("map<layer_cake.ip_networking.HostPort,array<vector<float8>,10>>");
    REQUIRE(map);
    CHECK(map->kind == Kind::map);
    REQUIRE(map->parts.size() == 2);
    CHECK(map->parts[0].name == "layer_cake.ip_networking.HostPort");
    CHECK(map->parts[1].kind == Kind::array);
    CHECK(map->parts[1].length == 10);
    CHECK(map->parts[1].parts[0].parts[0].kind == Kind::float8);
    CHECK(parse_signature("Xy")->name == "Xy");
    CHECK(parse_signature("__main__.Hidden")->kind == Kind::message);
}

TEST_CASE("what is no signature is refused with the reason") {
    for (const auto* text : {"",
                             " ",
                             "vector",
                             "vector<",
                             "vector<>",
                             "vector<float8",
                             "vector< float8>",
                             "vector<float8>>",
                             "float8<integer8>",
                             "map<unicode>",
                             "map<unicode,float8,float8>",
                             "array<float8>",
                             "array<float8,>",
                             "array<float8,-1>",
                             "array<float8,x>",
                             "array<float8,99999999999999999999999>",
                             "a..B",
                             ".a",
                             "a.",
                             "1a",
                             "a-b",
                             "a.1",
                             "<float8>",
                             ",",
                             "pointer<>",
                             "optional<float8>"})
        CHECK_MESSAGE(!parse_signature(text), text);
    CHECK(parse_signature("map<unicode>").error().detail == "bad type \"map<unicode>\": a part is missing");
    const auto nested = [](int levels) {
        std::string text = "any";
        for (int level = 1; level < levels; ++level)
            text = "set<" + text + ">";
        return text;
    };
    CHECK(parse_signature(nested(32)));
    CHECK_FALSE(parse_signature(nested(33)));
    CHECK(parse_signature(std::string(4096, 'a')));
    CHECK_FALSE(parse_signature(std::string(4097, 'a')));
}
