#include <doctest/doctest.h>
#include <fmt/format.h>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/home.hpp>
#include <sys/stat.h>
#include <tests/core/temporary_folder.hpp>
#include <thread>
#include <unistd.h>

using namespace layer_cake;
using namespace layer_cake::home;
namespace fs = std::filesystem;

namespace {

codec::Value yaml(std::string_view text) {
    return *codec::parse_yaml(text, "test");
}

std::size_t entries(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

unsigned mode(const fs::path& path) {
    struct stat facts {};
    return ::lstat(path.c_str(), &facts) == 0 ? facts.st_mode & 07777 : 0;
}

Result<void> add_role(Home& home, const std::string& name) {
    return home.change([&](codec::Value& definition) -> Result<void> {
        auto* roles = definition.find("roles");
        if (!roles) roles = &definition.set("roles", codec::Object{});
        roles->set(name, yaml("command: [sleep, 1]"));
        return ok();
    });
}

} // namespace

TEST_CASE("a new home has its folders, a private definition and no roles") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "a" / "b" / ".layer-cake";
    const auto home = Home::create(path);
    REQUIRE_MESSAGE(home, (home ? "" : home.error().detail));
    CHECK(home->paths().home == fs::canonical(path));
    CHECK(mode(path) == 0700);
    CHECK(mode(path / "layer-cake.yaml") == 0600);
    for (const char* name : {"lock", "role", "resource", "script"})
        CHECK(fs::is_directory(path / name));
    CHECK(entries(path.parent_path()) == 1);
    const auto group = Home::open(path)->group();
    REQUIRE(group);
    CHECK(group->roles.empty());
    CHECK(group->name == "b");
    CHECK(!home->running());
}

TEST_CASE("a home may be created with roles") {
    const TemporaryFolder folder;
    const auto home = Home::create(folder.path() / "h", yaml("roles: {w: {command: x, replicas: 2}}"));
    REQUIRE(home);
    for (const char* name : {"w-0", "w-1"})
        for (const char* part : {"logs", "model", "tmp", "lock"})
            CHECK(fs::is_directory(home->paths().role(name) / part));
    CHECK(home->group()->roles.size() == 2);
}

TEST_CASE("a home that cannot be created leaves nothing behind") {
    const TemporaryFolder folder;
    CHECK(Home::create(folder.path() / "a" / "b" / "h", yaml("roles: {w: {comand: x}}")).error().fault ==
          Fault::invalid);
    CHECK(Home::create(folder.path() / "a" / "h", yaml("[]")).error().fault == Fault::invalid);
    CHECK(Home::create("").error().fault == Fault::invalid);
    CHECK(entries(folder.path()) == 0);
    REQUIRE(replace_file(folder.path() / "file", "x"));
    CHECK(!Home::create(folder.path() / "file" / "h"));
    CHECK(Home::create(folder.path() / "file").error().detail ==
          fmt::format("cannot create \"{}\": existing file", (folder.path() / "file").string()));
    REQUIRE(make_folder(folder.path() / "taken"));
    const auto taken = Home::create(folder.path() / "taken");
    CHECK(taken.error().fault == Fault::busy);
    CHECK(taken.error().detail.ends_with("existing folder"));
    fs::create_symlink("nowhere", folder.path() / "link");
    CHECK(Home::create(folder.path() / "link").error().fault == Fault::busy);
    CHECK(entries(folder.path()) == 3);
}

TEST_CASE("of many who create one home at once, one does") {
    const TemporaryFolder folder;
    std::atomic<int> made = 0, refused = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            const auto home = Home::create(folder.path() / "deep" / "h", yaml("roles: {w: {command: x}}"));
            if (home)
                ++made;
            else if (home.error().fault == Fault::busy)
                ++refused;
        });
    for (auto& thread : threads)
        thread.join();
    CHECK(made == 1);
    CHECK(refused == 7);
    CHECK(entries(folder.path() / "deep") == 1);
    CHECK(Home::open(folder.path() / "deep" / "h")->group()->roles.size() == 1);
}

TEST_CASE("what is no home is missing, and says so") {
    const TemporaryFolder folder;
    CHECK(Home::open(folder.path() / "none").error().fault == Fault::missing);
    CHECK(Home::open(folder.path() / "none" / "deeper").error().fault == Fault::missing);
    CHECK(Home::open(folder.path()).error().fault == Fault::missing);
    REQUIRE(replace_file(folder.path() / "file", "x"));
    CHECK(Home::open(folder.path() / "file").error().fault == Fault::invalid);
    REQUIRE(::mkfifo((folder.path() / "layer-cake.yaml").c_str(), 0600) == 0);
    CHECK(Home::open(folder.path()).error().fault == Fault::invalid);
}

TEST_CASE("a home is found by every spelling of its path") {
    const TemporaryFolder folder;
    REQUIRE(Home::create(folder.path() / "with space\nand line"));
    const auto path = fs::canonical(folder.path() / "with space\nand line");
    for (const auto& spelling : {path, path / "", path / ".", path / "role" / "..", path / ".." / path.filename()}) {
        CAPTURE(spelling.string());
        const auto home = Home::open(spelling);
        REQUIRE(home);
        CHECK(home->paths().home == path);
    }
}

TEST_CASE("a home that others could have written is not obeyed") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "h";
    REQUIRE(Home::create(path));
    for (const unsigned bad : {0720u, 0702u, 0777u}) {
        REQUIRE(::chmod(path.c_str(), bad) == 0);
        const auto opened = Home::open(path);
        REQUIRE(!opened);
        CHECK(opened.error().fault == Fault::invalid);
        CHECK(opened.error().detail.find("can be written by others") != std::string::npos);
    }
    REQUIRE(::chmod(path.c_str(), 0755) == 0);
    CHECK(Home::open(path));
    REQUIRE(::chmod((path / "layer-cake.yaml").c_str(), 0620) == 0);
    CHECK(Home::open(path).error().fault == Fault::invalid);
}

TEST_CASE("a home of another user is opened by root only" * doctest::test_suite("root") *
          doctest::skip(::geteuid() != 0)) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "h";
    REQUIRE(Home::create(path));
    REQUIRE(::chown(path.c_str(), 65533, 65533) == 0);
    CHECK(Home::open(path));
    REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
    REQUIRE(::chmod(path.c_str(), 0755) == 0);
    REQUIRE(::seteuid(65534) == 0);
    const auto opened = Home::open(path);
    REQUIRE(::seteuid(0) == 0);
    REQUIRE(!opened);
    CHECK(opened.error().detail.find("belongs to another user (uid 65533)") != std::string::npos);
}

TEST_CASE("a change is kept when it is right, and makes the folders of new roles") {
    const TemporaryFolder folder;
    auto home = Home::create(folder.path() / "h");
    REQUIRE(home);
    REQUIRE(add_role(*home, "web"));
    CHECK(home->group()->roles.at(0).name == "web");
    CHECK(home->group()->roles.at(0).working_dir == fs::canonical(folder.path()));
    CHECK(fs::is_directory(home->paths().logs("web")));
    CHECK(mode(home->paths().definition()) == 0600);
}

TEST_CASE("a change that is wrong changes nothing") {
    const TemporaryFolder folder;
    auto home = Home::create(folder.path() / "h", yaml("roles: {web: {command: x}}"));
    REQUIRE(home);
    const auto before = *read_file(home->paths().definition());
    const auto wrong = home->change([](codec::Value& definition) -> Result<void> {
        definition.find("roles")->set("db", yaml("{command: x, depends_on: [wbe]}"));
        return ok();
    });
    REQUIRE(!wrong);
    CHECK(wrong.error().fault == Fault::invalid);
    CHECK(wrong.error().detail.find("role \"db\" depends on \"wbe\", which is not defined (did you mean \"web\"?)") !=
          std::string::npos);
    const auto failed = home->change([](codec::Value& definition) -> Result<void> {
        definition = codec::Value(1);
        return fail(Fault::failed, "changed my mind");
    });
    CHECK(failed.error().detail == "changed my mind");
    const auto large = home->change([](codec::Value& definition) -> Result<void> {
        definition.set("name", std::string(2u << 20, 'x'));
        return ok();
    });
    CHECK(!large);
    CHECK(*read_file(home->paths().definition()) == before);
    CHECK(!fs::exists(home->paths().role("db")));
}

TEST_CASE("a change to the same content leaves the file and its comments") {
    const TemporaryFolder folder;
    auto home = Home::create(folder.path() / "h");
    REQUIRE(home);
    REQUIRE(replace_file(home->paths().definition(), "# mine\nroles: {a: {command: x}}\n"));
    REQUIRE(home->change([](codec::Value&) { return ok(); }));
    CHECK(*read_file(home->paths().definition()) == "# mine\nroles: {a: {command: x}}\n");
    CHECK(fs::is_directory(home->paths().role("a")));
}

TEST_CASE("changes from many at once are all there") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "h";
    REQUIRE(Home::create(path));
    std::vector<std::thread> threads;
    std::atomic<int> failures = 0;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&, i] {
            auto home = Home::open(path);
            for (int j = 0; j < 3; ++j)
                if (!home || !add_role(*home, fmt::format("r{}-{}", i, j))) ++failures;
        });
    for (auto& thread : threads)
        thread.join();
    CHECK(failures == 0);
    CHECK(Home::open(path)->group()->roles.size() == 24);
}

TEST_CASE("a damaged definition is named with its place, and the home can be destroyed") {
    const TemporaryFolder folder;
    auto home = Home::create(folder.path() / "h", yaml("roles: {a: {command: x}}"));
    REQUIRE(home);
    const auto file = home->paths().definition();
    for (const std::string text :
         {"roles: {a: {command: x}", "[[[[", "\xff\xfe", "a: b: c", "roles: {a: {comand: x}}", "- x"}) {
        CAPTURE(text);
        REQUIRE(replace_file(file, text));
        const auto opened = Home::open(folder.path() / "h");
        REQUIRE(opened);
        const auto group = opened->group();
        REQUIRE(!group);
        CHECK(to_error(group.error()).detail.starts_with(file.string() + ":1:"));
        CHECK(!home->change([](codec::Value&) { return ok(); }));
    }
    REQUIRE(home->destroy());
    CHECK(entries(folder.path()) == 0);
}

TEST_CASE("variables in a stored definition are not replaced again") {
    const TemporaryFolder folder;
    const auto home = Home::create(folder.path() / "h", yaml("roles: {a: {command: 'echo $HOME ${X:?no}'}}"));
    REQUIRE(home);
    CHECK(home->group()->roles.at(0).command[2] == "echo $HOME ${X:?no}");
}

TEST_CASE("destroy removes everything, and nothing behind a link") {
    const TemporaryFolder folder;
    auto home = Home::create(folder.path() / "h", yaml("roles: {a: {command: x}, b: {command: x}}"));
    REQUIRE(home);
    REQUIRE(make_folder(folder.path() / "precious"));
    REQUIRE(replace_file(folder.path() / "precious" / "file", "x"));
    REQUIRE(remove_tree(home->paths().role("a")));
    fs::create_directory_symlink(folder.path() / "precious", home->paths().role("a"));
    fs::create_directory_symlink(folder.path() / "precious", home->paths().role("b") / "logs" / "link");
    CHECK(!home->make_role("a"));
    REQUIRE(home->remove_role("a"));
    REQUIRE(home->remove_role("none"));
    CHECK(home->remove_role("../../precious").error().fault == Fault::invalid);
    fs::create_directory_symlink(folder.path() / "precious", home->paths().role("a"));
    REQUIRE(home->destroy());
    CHECK(!fs::exists(folder.path() / "h"));
    CHECK(*read_file(folder.path() / "precious" / "file") == "x");
}

TEST_CASE("a home is not destroyed while its group runs, or through a link") {
    const TemporaryFolder folder;
    auto home = Home::create(folder.path() / "h");
    REQUIRE(home);
    {
        const auto lock = Lock::take(home->paths().group_lock());
        CHECK(home->running());
        const auto refused = home->destroy();
        REQUIRE(!refused);
        CHECK(refused.error().fault == Fault::busy);
        CHECK(refused.error().detail.ends_with("its group is running"));
    }
    fs::create_directory_symlink(folder.path() / "h", folder.path() / "link");
    auto linked = Home::open(folder.path() / "link");
    REQUIRE(linked);
    CHECK(linked->destroy().error().fault == Fault::invalid);
    CHECK(fs::exists(folder.path() / "h" / "layer-cake.yaml"));
    REQUIRE(remove_tree(folder.path() / "h" / "lock"));
    REQUIRE(home->destroy());
    CHECK(!fs::exists(folder.path() / "h"));
}
