#include <doctest/doctest.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/home/log_store.hpp>
#include <layer_cake/home/python_home.hpp>
#include <layer_cake/home/python_log.hpp>
#include <layer_cake/home/python_role.hpp>
#include <tests/core/temporary_folder.hpp>

using namespace layer_cake;
using namespace layer_cake::home;
namespace fs = std::filesystem;

namespace {

codec::Value json(std::string_view text) {
    return *codec::parse_json(text);
}

void write(const fs::path& file, std::string_view content) {
    fs::create_directories(file.parent_path());
    REQUIRE(replace_file(file, content, 0644));
}

/// A role as the library's command makes it.
void make_role(const fs::path& home, const std::string& name, std::string_view executable, std::string_view settings,
               std::string_view lives = "[]") {
    const auto folder = home / "role" / name;
    for (const auto* part : {"logs", "model", "tmp", "lock"})
        fs::create_directories(folder / part);
    write(folder / "unique_id.json", R"({"value": "fbd73de1-0fa1-4c4e-8a7a-534fe2b83d53"})");
    write(folder / "log_storage.json", R"({"value": 268435456})");
    write(folder / "executable_file.json", R"({"value": ")" + std::string(executable) + "\"}");
    write(folder / "settings.json", R"({"value": )" + std::string(settings) + "}");
    write(folder / "start_stop.json", R"({"value": )" + std::string(lives) + "}");
}

} // namespace

TEST_CASE("a home that the library's command made has a definition, and becomes an own one by the first change") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "home";
    make_role(path, "group", "/usr/bin/group-cake", R"([["main_role", ["unicode", "server", []]],
        ["retry", ["layer_cake.retry_intervals.RetryIntervals",
                   {"first_steps": [0.25, 1.0], "regular_steps": 5.0, "step_limit": 4, "randomized": null, "truncated": null}, []]],
        ["encrypted_directory", null]])");
    make_role(path, "server", "/srv/server.py",
              R"([["server_address", ["layer_cake.ip_networking.HostPort", {"host": "127.0.0.1", "port": 5061}, []]],
                  ["text", ["unicode", "7", []]], ["seconds", null], ["rate", ["float8", 2.0, []]]])");
    make_role(path, "worker-0", "/srv/worker.py", "[]");
    make_role(path, "worker-0.kid", "/srv/kid.py", "[]");

    auto home = Home::open(path);
    REQUIRE_MESSAGE(home, (home ? "" : home.error().detail));
    CHECK(home->python());
    const auto group = home->group();
    REQUIRE(group);
    REQUIRE(group->roles.size() == 2);
    CHECK(group->main_role == "server");
    const auto& server = group->roles[0];
    CHECK(server.command == std::vector<std::string>{"/srv/server.py"});
    CHECK(server.settings ==
          json(R"({"server_address": {"host": "127.0.0.1", "port": 5061}, "text": "7", "rate": 2.0})"));
    CHECK(server.restart.policy == RestartRules::Policy::no);
    const auto& worker = group->roles[1];
    CHECK(worker.restart.policy == RestartRules::Policy::always);
    CHECK(worker.restart.first_steps == std::vector<Duration>{std::chrono::milliseconds(250), std::chrono::seconds(1)});
    CHECK(worker.restart.step_limit == 3);

    const auto before = *home->source();
    REQUIRE(home->change([](codec::Value&) { return ok(); }));
    CHECK(!home->python());
    const auto after = home->source();
    REQUIRE(after);
    CHECK(after->value == before.value);
    CHECK(home->group()->roles[0].settings == server.settings);
}

TEST_CASE("a damaged file of such a home is named, and nothing is written") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "home";
    make_role(path, "group", "/usr/bin/group-cake", "[]");
    make_role(path, "server", "/srv/server.py", "{]");
    auto home = Home::open(path);
    REQUIRE(home);
    const auto group = home->group();
    REQUIRE(!group);
    CHECK(group.error().front().message.find("server/settings.json") != std::string::npos);
    CHECK(!home->change([](codec::Value&) { return ok(); }));
    CHECK(!fs::exists(path / "layer-cake.yaml"));
}

TEST_CASE("restart rules go to the library's intervals and back") {
    const auto restart =
        *codec::parse_yaml("{policy: always, first_steps: [250ms, 1s], regular_steps: 5s, step_limit: 3, "
                           "randomized: 250ms, truncated: 0.5}",
                           "test");
    const auto retry = retry_of_restart(restart);
    CHECK(*retry.find("step_limit")->integer() == 4);
    CHECK(codec::write_json(*retry.find("regular_steps")) == "5.0"); // a float has a point
    CHECK(restart_of_retry(retry) == restart);
    CHECK(retry_of_restart(codec::Value("no")).is_null());
    CHECK(*retry_of_restart(codec::Value("always")).find("regular_steps")->real() == 0.0);
    CHECK(restart_of_retry(json(R"({"first_steps": [], "regular_steps": 10.0, "step_limit": 1})")).is_null());
    CHECK(restart_of_retry(json(R"({"first_steps": [], "regular_steps": null})")).is_null());
    // without regular steps the first are all there are
    CHECK(*restart_of_retry(json(R"({"first_steps": [1.0, 2.0]})")).find("step_limit")->integer() == 2);
}

TEST_CASE("settings that are stored with a type stay there; all others go to the command line") {
    std::vector<TypedSetting> stored{{"n", json(R"(["integer8", 7, []])")},
                                     {"note", json(R"(["unicode", "old", []])")},
                                     {"gone", json(R"(["boolean", true, []])")},
                                     {"nothing", codec::Value()}};
    const auto split = split_settings(stored, json(R"({"n": 7, "note": "new", "rate": 2.5, "nothing": null})"));
    REQUIRE(split.typed.size() == 1);
    CHECK(split.typed[0].name == "n");
    CHECK(codec::Value(split.rest) == json(R"({"note": "new", "rate": 2.5})"));
    CHECK(split_settings(stored, codec::Value()).typed.empty());
}

TEST_CASE("a role's files are made where they are missing, and kept otherwise") {
    const TemporaryFolder folder;
    const auto role = folder.path() / "role";
    fs::create_directory(role);
    REQUIRE(keep_python_role(role, "/srv/a.py", {{"n", json(R"(["integer8", 7, []])")}}));
    const auto made = read_python_role(role);
    REQUIRE(made);
    CHECK(made->executable == "/srv/a.py");
    CHECK(made->settings.size() == 1);
    const auto id = *read_file(role / "unique_id.json");
    write(role / "start_stop.json",
          R"({"value": [{"start": "2026-11-23T00:30:44.733994", "stop": null, "returned": null}]})");
    REQUIRE(keep_python_role(role, "/srv/b.py", {}));
    CHECK(*read_file(role / "unique_id.json") == id);
    const auto kept = read_python_role(role);
    REQUIRE(kept);
    CHECK(kept->executable == "/srv/b.py");
    CHECK(kept->settings.empty());
    REQUIRE(kept->lives.size() == 1);
    CHECK(!kept->lives[0].stopped);
}

TEST_CASE("the library's log becomes ours, line by line, and goes back as it was") {
    const TemporaryFolder folder;
    const auto logs = folder.path() / "logs";
    const std::string first = "2026-11-23T00:46:28.174 + <00000015>zombie - Created by <00000014>\n"
                              "2026-11-23T00:46:28.176 & <00000015>zombie - metering (a=1,b=2.5)\n";
    const std::string second = "2026-11-24T00:00:00.000 ^ <00000015>zombie - again\n";
    write(logs / "2026h11h23T00c46c28p174", first);
    write(logs / "2026h11h24T00c00c00p000", second);
    write(logs / "notes.txt", "no log");
    REQUIRE(import_python_log(logs));
    REQUIRE(import_python_log(logs)); // once only

    LogReader reader(logs);
    std::vector<LogLine> lines;
    while (auto line = *reader.next(true))
        lines.push_back(*line);
    REQUIRE(lines.size() == 3);
    CHECK(lines[1].text == "[00000000] 2026-11-23T00:46:28.176 & <00000015>zombie - metering (a=1,b=2.5)");
    CHECK(lines[2].time - lines[0].time > std::chrono::hours(23));

    const auto back = folder.path() / "back";
    fs::create_directory(back);
    REQUIRE(export_python_log(logs, back));
    CHECK(*read_file(back / "2026h11h23T00c46c28p174") == first + second);
    CHECK(python_log_line("plain words", "2026-11-23T00:46:28.174") ==
          "2026-11-23T00:46:28.174 ^ <00000000>output - plain words");
}

TEST_CASE("what a program says is kept line by line in files that the library's command reads") {
    const TemporaryFolder folder;
    PythonLog log(folder.path());
    log.write("[00012345] 2026-11-23T00:46:28.174 ^ <00000013>f - one\n[00012345] 2026-11-23T0");
    log.write("0:46:28.175 ! <00000013>f - two\nprinted");
    log.end();
    std::string all;
    for (const auto& entry : fs::directory_iterator(folder.path()))
        all += *read_file(entry.path(), 1000);
    CHECK(all.starts_with(
        "2026-11-23T00:46:28.174 ^ <00000013>f - one\n2026-11-23T00:46:28.175 ! <00000013>f - two\n20"));
    CHECK(all.ends_with(" ^ <00000000>output - printed\n"));
    log.write("never ends" + std::string(10'000, 'x')); // is cut
    log.end();
    for (const auto& entry : fs::directory_iterator(folder.path()))
        CHECK(fs::file_size(entry.path()) > 100);
}
