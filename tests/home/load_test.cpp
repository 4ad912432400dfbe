#include "group_text.hpp"

#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/file.hpp>
#include <tests/core/temporary_folder.hpp>

using namespace layer_cake;
using namespace layer_cake::home;

namespace {
struct Files {
    TemporaryFolder folder;
    void write(const std::string& name, std::string_view text) const {
        std::filesystem::create_directories((folder.path() / name).parent_path());
        REQUIRE(replace_file(folder.path() / name, text));
    }
    tl::expected<Source, std::vector<Problem>> load(const std::string& name) const {
        return load_source(folder.path() / name, variables({{"WHERE", "b"}}));
    }
    /// What is wrong, with the folder's name left out.
    std::string problems(const std::string& name) const {
        const auto source = load(name);
        auto text = source ? std::string() : words(source.error());
        if (source)
            if (const auto group = resolve(*source); !group) text = words(group.error());
        const auto head = folder.path().string() + "/";
        for (auto at = text.find(head); at != text.npos; at = text.find(head))
            text.erase(at, head.size());
        return text;
    }
};
} // namespace

TEST_CASE("an including file wins over what it includes") {
    const Files files;
    files.write("a.yaml", "include: [sub/$WHERE.yaml, c.yaml]\nenvironment: {A: a}\nroles: {web: {command: [over], "
                          "environment: {X: 1}}}\n");
    files.write("sub/b.yaml", "include: d.yaml\nenvironment: {A: b, B: b}\nroles: {web: {command: [under, words], "
                              "type: oneshot, environment: {X: 0, Y: 0}}}\n");
    files.write("sub/d.yaml", "name: deep\n");
    files.write("c.yaml", "environment: {B: c, C: c}\nroles: {db: {command: db}}\n");
    const auto source = files.load("a.yaml");
    REQUIRE_MESSAGE(source, files.problems("a.yaml"));
    CHECK(source->value ==
          *codec::parse_yaml(
              "name: deep\nenvironment: {A: a, B: c, C: c}\n"
              "roles: {web: {command: [over], type: oneshot, environment: {X: 1, Y: 0}}, db: {command: db}}",
              "t"));
    CHECK(source->files.size() == 4);
    CHECK(source->folder == files.folder.path());
}

TEST_CASE("a problem in an included file names that file") {
    const Files files;
    files.write("a.yaml", "include: sub/b.yaml\nnam: x\n");
    files.write("sub/b.yaml", "roles:\n  web:\n    comand: [x]\n    environment: {A: $NONE}\n");
    CHECK(files.problems("a.yaml").starts_with("sub/b.yaml:4:22: variable \"NONE\" is not set"));
    files.write("sub/b.yaml", "roles:\n  web:\n    comand: [x]\n");
    CHECK(files.problems("a.yaml") ==
          "a.yaml:2:1: unknown key \"nam\" (did you mean \"name\"?)\n"
          "sub/b.yaml:3:5: role \"web\": unknown key \"comand\" (did you mean \"command\"?)");
    files.write("sub/b.yaml", "roles: [\n");
    CHECK(files.problems("a.yaml").starts_with("sub/b.yaml:"));
    files.write("sub/b.yaml", "just words\n");
    CHECK(files.problems("a.yaml") == "sub/b.yaml:1:1: a group file must be a mapping, not \"just words\"");
}

TEST_CASE("includes that cannot be are told where they are asked for") {
    const Files files;
    files.write("a.yaml", "name: x\ninclude: [none.yaml]\n");
    CHECK(files.problems("a.yaml").starts_with("a.yaml:2:10: cannot include \"none.yaml\": "));
    files.write("a.yaml", "include: {x: y}\n");
    CHECK(files.problems("a.yaml") == "a.yaml:1:10: \"include\" must be a path, or a list of paths, not a mapping");
    files.write("a.yaml", "include: b.yaml\n");
    files.write("b.yaml", "include: [a.yaml]\n");
    CHECK(files.problems("a.yaml") == "b.yaml:1:10: \"a.yaml\" includes itself");
    files.write("a.yaml", "include: ./a.yaml\n");
    CHECK(files.problems("a.yaml") == "a.yaml:1:10: \"a.yaml\" includes itself");
    CHECK(files.problems("b.yaml").find("includes itself") != std::string::npos);
}

TEST_CASE("includes nest 8 deep and no deeper") {
    const Files files;
    for (int i = 0; i < 9; ++i)
        files.write(std::to_string(i) + ".yaml", "include: " + std::to_string(i + 1) + ".yaml\n");
    files.write("9.yaml", "name: deep\n");
    CHECK(files.problems("1.yaml") == "");
    CHECK(files.problems("0.yaml") == "8.yaml:1:10: includes nest more than 8 deep");
}

TEST_CASE("the same file may be included on two ways, and 256 files in all") {
    const Files files;
    files.write("a.yaml", "include: [b.yaml, c.yaml]\n");
    files.write("b.yaml", "include: c.yaml\n");
    files.write("c.yaml", "name: x\n");
    CHECK(files.problems("a.yaml") == "");
    std::string many = "include: [c.yaml";
    for (int i = 1; i < 256; ++i)
        many += ", c.yaml";
    files.write("a.yaml", many + "]\n");
    CHECK(files.problems("a.yaml") == "");
    files.write("a.yaml", many + ", c.yaml]\n");
    CHECK(files.problems("a.yaml") == "a.yaml:1:10: more than 256 files are included");
}

TEST_CASE("what is not there or no file is one problem without a line") {
    const Files files;
    CHECK(files.problems("none.yaml").starts_with("none.yaml: "));
    CHECK(files.problems(".") != "");
}

TEST_CASE("relative paths start from working_dir, which starts from the folder of the file") {
    const Files files;
    files.write(
        "sub/a.yaml",
        "working_dir: ../app\nroles: {a: {executable: ./x, working_dir: data}, b: {command: x, working_dir: /tmp/}}\n");
    const auto source = files.load("sub/a.yaml");
    REQUIRE(source);
    CHECK(source->folder == files.folder.path() / "app");
    const auto group = resolve(*source);
    REQUIRE(group);
    CHECK(group->roles[0].command[0] == files.folder.path() / "app/x");
    CHECK(group->roles[0].working_dir == files.folder.path() / "app/data");
    CHECK(group->roles[1].working_dir == "/tmp");
}

TEST_CASE("env files come below environment, and a role's above the group's") {
    const Files files;
    files.write("a.yaml", "env_file: all.env\nenvironment: {B: b}\nroles: {x: {command: x, env_file: [one.env, "
                          "two.env], environment: {F: f}}, y: {command: y}}\n");
    files.write("all.env", "A=1\nB=1\nC=1\nD=1\n");
    files.write("one.env", "C=2\nE=2\nF=2\n");
    files.write("two.env", "E=3\n");
    const auto source = files.load("a.yaml");
    REQUIRE(source);
    const auto group = resolve(*source);
    REQUIRE(group);
    using Pairs = decltype(Role::environment);
    CHECK(group->roles[0].environment == Pairs{{"A", "1"}, {"B", "b"}, {"C", "2"}, {"D", "1"}, {"E", "3"}, {"F", "f"}});
    CHECK(group->roles[1].environment == Pairs{{"A", "1"}, {"B", "b"}, {"C", "1"}, {"D", "1"}});

    const auto frozen = freeze(*source);
    CHECK(frozen.find("env_file") == nullptr);
    const auto again = load_text(codec::write_yaml(frozen), "/elsewhere/layer-cake.yaml", "/elsewhere", {});
    REQUIRE(again);
    const auto same = resolve(*again);
    REQUIRE(same);
    CHECK(same->roles == group->roles);
    CHECK(same->name == group->name);
    CHECK(freeze(*again) == frozen);

    files.write("two.env", "E=3\nwhat\n");
    CHECK(files.problems("a.yaml") == "a.yaml:3:35: role \"x\": \"env_file\": two.env: line 2 is not NAME=text");
}

TEST_CASE("a frozen source needs nothing else") {
    const auto source =
        load_text("working_dir: app\nenvironment: [A=$A, B=$$]\nroles:\n  a: {executable: ./a, working_dir: data, "
                  "replicas: 2, depends_on: [b]}\n"
                  "  b: {command: 'echo $$HOME', ready: {log_line: 'x$$'}, restart: no}\nx-mine: {k: $NONE}\n",
                  "f.yaml", "/srv/shop", variables({{"A", "$B"}}));
    REQUIRE(source);
    const auto text = codec::write_yaml(freeze(*source));
    const auto again = load_text(text, "/home/layer-cake.yaml", "/home", {});
    REQUIRE_MESSAGE(again, text);
    const auto before = resolve(*source), after = resolve(*again);
    REQUIRE(before);
    REQUIRE(after);
    CHECK(before->roles == after->roles);
    CHECK(after->roles[0].environment[0].second == "$B");
    CHECK(after->roles[0].working_dir == "/srv/shop/app/data");
    CHECK(after->roles[2].command[2] == "echo $HOME");
}

TEST_CASE("problems are in the order of their places, the group file's first") {
    const std::vector<Problem> problems{{"a", {3, 1}, "three"},
                                        {"b", {1, 1}, "other"},
                                        {"a", {1, 9}, "nine"},
                                        {"a", {}, "whole"},
                                        {"a", {1, 2}, "two"}};
    const auto error = to_error(problems);
    CHECK(error.fault == Fault::invalid);
    CHECK(error.detail == "a: whole\na:1:2: two\na:1:9: nine\na:3:1: three\nb:1:1: other");
}
