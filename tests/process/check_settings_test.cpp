#include <doctest/doctest.h>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/process/program_note.hpp>
#include <tests/process/sample_settings.hpp>

using namespace layer_cake;

namespace {

std::vector<process::WrongSetting> check(std::string_view yaml) {
    using Note = process::ProgramNoteOf<process_test::Settings, void>;
    const auto note = process::find_program_note({Note::text.data(), Note::text.size()});
    const auto settings = codec::parse_yaml(yaml, "test");
    REQUIRE((note && *note && settings));
    return process::check_settings(**note, *settings);
}

std::string first(std::string_view yaml) {
    const auto wrong = check(yaml);
    return wrong.empty() ? "" : wrong.front().message;
}

} // namespace

TEST_CASE("settings that fit are accepted, with mappings for maps and nothing for defaults") {
    CHECK(check("").empty());
    CHECK(
        check("{count: 5, factor: 2, verbose: true, name: x, patience: 250ms, color: green, retries: 65535}").empty());
    CHECK(check("{server_address: {port: 80}, words: [a, b], weights: {a: 1.5}}").empty());
    CHECK(check("{weights: [[a, 1.5]], tree: {name: oak, branches: [{name: twig}]}}").empty());
    CHECK(check("{count: null}").empty());
}

TEST_CASE("what does not fit is named by its place") {
    CHECK(first("{server_address: {port: x}}") == "settings.server_address.port: expected integer8, found \"x\"");
    CHECK(first("{count: 2147483648}") == "settings.count: expected integer4, found 2147483648");
    CHECK(first("{count: -2147483648}") == "");
    CHECK(first("{retries: 65536}") == "settings.retries: expected unsigned2, found 65536");
    CHECK(first("{retries: -1}") == "settings.retries: expected unsigned2, found -1");
    CHECK(first("{words: [a, 5]}") == "settings.words[1]: expected unicode, found 5");
    CHECK(first("{weights: {a: b}}") == "settings.weights.a: expected float8, found \"b\"");
    CHECK(first("{weights: [[a]]}") == "settings.weights[0]: expected a key and a value, found [\"a\"]");
    CHECK(first("{patience: 5}") == "settings.patience: expected span, found 5");
    CHECK(first("{color: blue}") == "settings.color: expected process_test.Color (one of red, green), found \"blue\"");
    CHECK(first("{server_address: 5}") ==
          "settings.server_address: expected layer_cake.ip_networking.HostPort, found 5");
    CHECK(first("{cuont: 1}") == "settings: no setting \"cuont\" (did you mean \"count\"?)");
}

TEST_CASE("the widest scope of the directory has two names") {
    const auto type =
        codec::parse_yaml("{enumeration: layer_cake.command_line.ScopeOfDirectory, names: [WAN, LAN]}", "test");
    REQUIRE(type);
    const auto fits = [&](std::string_view said) {
        std::vector<process::WrongSetting> wrong;
        process::check_value(*type, codec::Value(said), "scope", wrong);
        return wrong.empty();
    };
    CHECK(fits("WAN"));
    CHECK(fits("REALM"));
    CHECK(fits("LAN"));
    CHECK_FALSE(fits("REALMS"));
}

TEST_CASE("each wrong setting is told with its mark") {
    const auto wrong = check("count: x\nfactor: y\n");
    REQUIRE(wrong.size() == 2);
    CHECK(wrong[0].mark.line == 1);
    CHECK(wrong[1].mark.line == 2);
    CHECK(wrong[1].mark.column == 9);
}

TEST_CASE("a program without settings takes none") {
    using Note = process::ProgramNoteOf<void, void>;
    const auto note = process::find_program_note({Note::text.data(), Note::text.size()});
    REQUIRE((note && *note));
    CHECK(process::check_settings(**note, codec::Object{}).empty());
    CHECK(process::check_settings(**note, codec::Object{{"x", 1}}).front().message ==
          "settings: the program takes no settings");
}
