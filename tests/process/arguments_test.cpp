#include <doctest/doctest.h>
#include <layer_cake/process/arguments.hpp>
#include <layer_cake/process/help_text.hpp>
#include <layer_cake/process/start_options.hpp>
#include <tests/process/sample_settings.hpp>

using namespace layer_cake;
using process_test::Color;
using process_test::Settings;

namespace {

struct Read {
    Settings settings;
    process::StartOptions options;
    std::string error;
};

Read read(std::vector<std::string_view> arguments) {
    Read got;
    const process::Part parts[] = {{&type::info_of<process::StartOptions>(), &got.options},
                                   {&type::info_of<Settings>(), &got.settings}};
    if (auto done = process::read_arguments(arguments, parts); !done) got.error = done.error().detail;
    return got;
}

std::string refusal(std::string_view argument) {
    return read({argument}).error;
}

} // namespace

TEST_CASE("a member is given by its name, as text or JSON, dashes and underscores alike") {
    const auto got = read({"--count=7", "--factor=2", "--name=7", "--patience=1m", "--color=GREEN", "--verbose",
                           "--server_address={\"port\": 80}", "--words=[\"a\",\"b\"]"});
    CHECK(got.error == "");
    CHECK(got.settings.count == 7);
    CHECK(got.settings.factor == 2);
    CHECK(got.settings.name == "7");
    CHECK(got.settings.patience == std::chrono::minutes(1));
    CHECK(got.settings.color == Color::green);
    CHECK(got.settings.verbose);
    CHECK(got.settings.server_address == type::HostPort{"127.0.0.1", 80});
    CHECK(got.settings.words == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a member is given by its initials, and one of a member after a dot") {
    const auto got = read({"-sa={host: \"::1\"}", "--server-address.port=81", "--tree.name=oak", "-fo"});
    CHECK(got.error == "");
    CHECK(got.settings.server_address == type::HostPort{"::1", 81});
    CHECK(got.settings.tree.name == "oak");
    CHECK(got.options.full_output);
}

TEST_CASE("an address may be written as host:port") {
    CHECK(read({"--server-address=example.org:8080"}).settings.server_address == type::HostPort{"example.org", 8080});
    CHECK(read({"--server-address=[::1]:8080"}).settings.server_address == type::HostPort{"::1", 8080});
    CHECK(read({"--server-address=:8080"}).settings.server_address == type::HostPort{"127.0.0.1", 8080});
}

TEST_CASE("a map with text keys is a mapping or a list of pairs") {
    const std::map<std::string, double> wanted{{"a", 1.5}, {"b", 2}};
    CHECK(read({"--weights={\"a\":1.5,\"b\":2}"}).settings.weights == wanted);
    CHECK(read({"--weights={a: 1.5, b: 2}"}).settings.weights == wanted);
    CHECK(read({"--weights=[[\"a\",1.5],[\"b\",2.0]]"}).settings.weights == wanted);
}

TEST_CASE("words fill the members in their order, and the later of two counts") {
    const auto got = read({":99", "8", "--count=9"});
    CHECK(got.error == "");
    CHECK(got.settings.server_address.port == 99);
    CHECK(got.settings.count == 9);
    CHECK(read({":99", "-5"}).settings.count == -5);
}

TEST_CASE("an optional is emptied by a flag without a value") {
    CHECK(read({"--retries=3"}).settings.retries == 3);
    CHECK_FALSE(read({"--retries=3", "--retries"}).settings.retries);
    CHECK(read({"--encrypted-process"}).options.encrypted_process == true); // one that is a boolean is true
}

TEST_CASE("a refusal names the argument and its type") {
    CHECK(refusal("--count=x") == "cannot decode value for \"--count\" (integer4): expected integer4, found x");
    CHECK(refusal("--count=1.5").starts_with("cannot decode value for \"--count\" (integer4): "));
    CHECK(refusal("--count=4294967296").starts_with("cannot decode value for \"--count\" (integer4): "));
    CHECK(refusal("--count=") != "");
    CHECK(refusal("--patience=5").starts_with("cannot decode value for \"--patience\" (span): "));
    CHECK(refusal("--color=blue").find("\"--color\" (process_test.Color)") != std::string::npos);
    CHECK(refusal("--server-address={\"port\":\"x\"}") ==
          "cannot decode value for \"--server-address\" (layer_cake.ip_networking.HostPort): .port: expected integer8, "
          "found \"x\"");
    CHECK(refusal("--count") == "\"--count\" needs a value: --count=integer4");
    CHECK(refusal("--verbose=yes").starts_with("cannot decode value for \"--verbose\" (boolean): "));
}

TEST_CASE("what nothing is named by is unknown, with a suggestion") {
    CHECK(refusal("--cuont=1") == "unknown argument \"--cuont\" (did you mean \"--count\"?)");
    CHECK(refusal("--count.x=1") == "\"--count.x\": integer4 has no members");
    CHECK(refusal("-zz=1") == "unknown argument \"-zz\"");
    CHECK(refusal("--server-address.prot=1") ==
          "unknown argument \"--server-address.prot\" (did you mean \"--port\"?)");
}

TEST_CASE("initials that two members share are ambiguous") {
    CHECK(refusal("-w=[]") == "ambiguous argument \"-w\": --words, --weights");
}

TEST_CASE("help shows each setting with its type and default") {
    Settings settings;
    const auto text = process::help_text("server", {&type::info_of<Settings>(), &settings});
    CHECK(text.find("usage: server [SETTING...] [OPTION...]\n") == 0);
    CHECK(text.find("--count=integer4") != std::string::npos);
    CHECK(text.find("default {\"host\":\"127.0.0.1\",\"port\":5050}\n") != std::string::npos);
    CHECK(text.find("--color=red|green") != std::string::npos);
    CHECK(text.find("--debug-level=debug|trace|object|console|warning|fault|none") != std::string::npos);
    CHECK(text.find("--server-address={host, port}\n") != std::string::npos);
    CHECK(text.find("--verbose") != std::string::npos);
    CHECK(text.find("boolean") == std::string::npos);
    CHECK(text.find(" \n") == std::string::npos);
}
