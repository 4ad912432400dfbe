#include <doctest/doctest.h>
#include <layer_cake/home/env_file.hpp>

using namespace layer_cake;
using namespace layer_cake::home;

TEST_CASE("an env file has a variable a line") {
    const std::pair<const char*, std::vector<Variable>> table[] = {
        {"", {}},
        {"\n\n# words\n   # more\n", {}},
        {"A=1", {{"A", "1"}}},
        {"A=1\r\nB=2\r\n", {{"A", "1"}, {"B", "2"}}},
        {"\xEF\xBB\xBF"
         "A=1\n",
         {{"A", "1"}}},
        {"  export A = 1 2  \n", {{"A", "1 2"}}},
        {"A=\nB=x\n", {{"A", ""}, {"B", "x"}}},
        {"A=x # words\nB=x#y\nC=#\n", {{"A", "x"}, {"B", "x#y"}, {"C", ""}}},
        {"A=\"x # \\\"y\\\" \\n\\\\ \\$Z \\q\"  # words\n", {{"A", "x # \"y\" \n\\ $Z \\q"}}},
        {"A='x \\n \"'\n", {{"A", "x \\n \""}}},
        {"A='one\ntwo'\nB=1\n", {{"A", "one\ntwo"}, {"B", "1"}}},
        {"A=$HOME=${X}\n", {{"A", "$HOME=${X}"}}},
        {"A=1\nB=2\nA=3\n", {{"A", "3"}, {"B", "2"}}},
        {"a.b-c=1\n", {{"a.b-c", "1"}}},
    };
    for (const auto& [text, wanted] : table) {
        const auto& text_told = text;
        CAPTURE(text_told);
        const auto got = parse_env(text);
        REQUIRE_MESSAGE(got, (got ? "" : got.error().detail));
        CHECK(*got == wanted);
    }
}

TEST_CASE("a line that is no variable is named by its number") {
    CHECK(parse_env("A=1\n\nwords\n").error().detail == "line 3 is not NAME=text");
    CHECK(parse_env("=1\n").error().detail == "line 1 is not NAME=text");
    CHECK(parse_env("A B=1\n").error().detail == "line 1 is not NAME=text");
    CHECK(parse_env("A='x\n\n\nB=1\n").error().detail == "line 1 has a quote that is not closed, or words after it");
    CHECK(parse_env("A='x\n'\nB=\"x\" y\n").error().detail ==
          "line 3 has a quote that is not closed, or words after it");
    CHECK(parse_env(std::string_view("A=x\0y\n", 6)).error().detail == "line 1 contains a NUL character");
}

TEST_CASE("an env file has 5,000 variables at most") {
    std::string text;
    for (std::size_t i = 0; i < variable_limit; ++i)
        text += "V" + std::to_string(i) + "=\n";
    CHECK(parse_env(text));
    CHECK(parse_env(text + "ONE=more\n").error().detail == "more than 5000 variables");
}
