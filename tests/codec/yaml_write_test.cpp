#include "tests/codec/some_value.hpp"
#include <doctest/doctest.h>
#include <layer_cake/codec/yaml.hpp>

using namespace layer_cake::codec;

TEST_CASE("what is written is read back equal") {
    SomeValue some(5);
    for (int i = 0; i < 10'000; ++i) {
        const auto value = some.next();
        const auto text = write_yaml(value);
        const auto again = parse_yaml(text, "written");
        REQUIRE_MESSAGE(again.has_value(), text, again ? "" : again.error().detail);
        REQUIRE_MESSAGE(*again == value, text);
    }
}

TEST_CASE("text that would be read as something else is quoted") {
    const auto written = [](const char* text) { return write_yaml(text); };
    for (const auto* text :
         {"",   "no",    "Yes",   "on",         "true", "null", "~",    "1",    "1e3", "0x1F", ".5", ".inf", "012",
          "+1", "1_000", "12:30", "2001-01-01", "- x",  "-",    "a: b", "a #b", "a:",  "#a",   "&a", "*a",   "!a",
          "%a", "@a",    "`a",    " a",         "a ",   "---",  "...",  "a\tb", "{a",  "[a",   "a]", "a,b",  "<<"})
        CHECK_MESSAGE(written(text).front() == '"', text);
    for (const auto* text : {"web", "./web", "/usr/bin/env", "--port=80", "-v", "http://localhost:80/x", "a b c",
                             "v1.2.3", "10s", "1m30s", "10K", "$HOME", "user@host", "E"})
        CHECK(written(text) == std::string(text) + "\n");
}

TEST_CASE("a group reads as a person would write it") {
    const Value value(Object{
        {"name", "shop"},
        {"roles",
         Value(Object{
             {"web", Value(Object{
                         {"command", Array{"./web", "--port", "8080"}},
                         {"restart", Value(Object{{"policy", "always"}, {"delay", "1s"}})},
                         {"environment", Value(Object{{"A", "1"}, {"B", ""}, {"C", "x"}, {"D", "no"}, {"E", "é"}})},
                         {"script", "set -e\nrun\n"},
                         {"empty", Value(Object{})},
                     })},
             {"db", Value(Array{Value(Object{{"a", Array{Value(Array{1})}}, {"b", {}}}), Array{Value(Array{2})}})},
         })},
    });
    CHECK(write_yaml(value) == R"(name: shop
roles:
  web:
    command: [./web, --port, "8080"]
    restart: {policy: always, delay: 1s}
    environment:
      A: "1"
      B: ""
      C: x
      D: "no"
      E: "é"
    script: |
      set -e
      run
    empty: {}
  db:
    - a:
        - [1]
      b: null
    - - [2]
)");
}
