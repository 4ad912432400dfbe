#include "group_text.hpp"

#include <layer_cake/home/interpolate.hpp>

using namespace layer_cake;
using namespace layer_cake::home;

namespace {
const auto some = variables({{"A", "one"}, {"EMPTY", ""}, {"N_1", "2"}, {"DOLLAR", "$A"}});
std::string of(std::string_view text) {
    const auto got = interpolate(text, some);
    return got ? *got : "error: " + got.error().detail;
}
} // namespace

TEST_CASE("a variable is replaced in each of its spellings") {
    const std::pair<const char*, const char*> table[] = {
        {"", ""},
        {"plain", "plain"},
        {"$A", "one"},
        {"${A}", "one"},
        {"x$A.y", "xone.y"},
        {"${A}${N_1}", "one2"},
        {"$N_1", "2"},
        {"${NONE:-d}", "d"},
        {"${NONE-d}", "d"},
        {"${EMPTY:-d}", "d"},
        {"${EMPTY-d}", ""},
        {"${A:-d}", "one"},
        {"${NONE:-}", ""},
        {"${A:+set}", "set"},
        {"${NONE:+set}", ""},
        {"${EMPTY:+set}", ""},
        {"${EMPTY+set}", "set"},
        {"${A:?no}", "one"},
        {"${NONE:-${A}}", "one"},
        {"${NONE:-${NONE:-$A}b}c", "onebc"},
        {"${NONE:-a}b}", "ab}"},
        {"$$", "$"},
        {"$$A", "$A"},
        {"$$$$", "$$"},
        {"$${A}", "${A}"},
        {"$DOLLAR", "$A"},
        {"a $ b", "a $ b"},
        {"$(date) $1 $? $-", "$(date) $1 $? $-"},
        {"end $", "end $"},
    };
    for (const auto& [text, wanted] : table) {
        const auto& text_told = text;
        CAPTURE(text_told);
        CHECK(of(text) == wanted);
    }
}

TEST_CASE("a variable that cannot be replaced says what to write") {
    CHECK(of("$NONE") ==
          "error: variable \"NONE\" is not set (write ${NONE:-} to leave it empty, $$ for a dollar sign)");
    CHECK(of("${NONE:?the port, please}") == "error: variable \"NONE\" is not set: the port, please");
    CHECK(of("${EMPTY:?}") == "error: variable \"EMPTY\" is empty");
    CHECK(of("${EMPTY?x}") == "");
    CHECK(of("${A") == "error: \"${A\" has no closing brace");
    CHECK(of("${}").starts_with("error: no variable name"));
    CHECK(of("${1}").starts_with("error: no variable name"));
    CHECK(of("${A!x}").starts_with("error: cannot read \"${A!x}\""));
    CHECK(of("${A:x}").starts_with("error: cannot read"));
}

TEST_CASE("variables nest 8 levels and no deeper") {
    const auto nested = [](int levels) {
        std::string text = "x";
        for (int i = 0; i < levels; ++i)
            text = "${NONE:-" + text + "}";
        return text;
    };
    CHECK(of(nested(8)) == "x");
    CHECK(of(nested(9)) == "error: variables nest more than 8 deep");
    CHECK(of(nested(50'000)) == "error: variables nest more than 8 deep");
}

TEST_CASE("a text does not grow beyond 1 MiB") {
    const auto large = [](std::string_view) { return std::optional<std::string>(std::string(100'000, 'x')); };
    std::string text;
    for (int i = 0; i < 1000; ++i)
        text += "$A";
    CHECK(interpolate(text, large).error().detail == "text is longer than 1 MiB after replacing variables");
}

TEST_CASE("numbers and flags may come from variables, names never do") {
    const auto group =
        group_of("roles: {web: {command: [a, $N, \"${T}\"], replicas: $N, environment: {$N: $N}, ready: {notify: $T}}}",
                 variables({{"N", "2"}, {"T", "true"}}));
    REQUIRE(group.roles.size() == 2);
    CHECK(group.roles[1].command == std::vector<std::string>{"a", "2", "true"});
    CHECK(group.roles[0].environment[0] == std::pair<std::string, std::string>("$N", "2"));
}

TEST_CASE("a text stays as it is without variables to replace it by") {
    CHECK(group_of("roles: {web: {command: echo $HOME $$}}").roles[0].command[2] == "echo $HOME $$");
}

TEST_CASE("a variable that is not set is a problem at its place") {
    CHECK(
        problems_of("roles:\n  web:\n    command: [a, $A,\n      $NONE]\nname: $OTHER\n", some) ==
        "layer-cake.yaml:4:7: variable \"NONE\" is not set (write ${NONE:-} to leave it empty, $$ for a dollar sign)\n"
        "layer-cake.yaml:5:7: variable \"OTHER\" is not set (write ${OTHER:-} to leave it empty, $$ for a dollar "
        "sign)");
}
