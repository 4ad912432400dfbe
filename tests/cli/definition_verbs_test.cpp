#include "call.hpp"

#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/home.hpp>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace {

/// A home in a folder of its own, removed at the end.
struct TempHome {
    std::string folder, path;

    TempHome() {
        char name[] = "/tmp/layer-cake-cli-XXXXXX";
        folder = ::mkdtemp(name);
        path = folder + "/home";
        REQUIRE(Call({"create", path}).error == "");
    }
    ~TempHome() { fs::remove_all(folder); }

    Call call(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "-hp=" + path);
        return Call(arguments);
    }
    std::string program(const std::string& name, const std::string& text = "#!/bin/sh\n", unsigned mode = 0755) const {
        const auto file = folder + "/" + name;
        std::ofstream(file) << text;
        ::chmod(file.c_str(), mode);
        return file;
    }
    std::string definition() const { return layer_cake::read_file(path + "/layer-cake.yaml").value(); }
};

struct Editor {
    explicit Editor(const std::string& command) { ::setenv("LC_EDITOR", command.c_str(), 1); }
    ~Editor() { ::unsetenv("LC_EDITOR"); }
};

} // namespace

TEST_CASE("a home is made once and destroyed whole") {
    TempHome home;
    CHECK(Call({"create", home.path}).status == 5);
    CHECK(home.call({"list"}).out == "");
    CHECK(Call({"destroy", home.path}).status == 0);
    CHECK_FALSE(fs::exists(home.path));
    const auto again = Call({"destroy", home.path});
    CHECK(again.status == 4);
    CHECK(again.error.find("cannot destroy \"" + home.path + "\"") == 0);
}

TEST_CASE("a home whose group lives is not destroyed, and the message says so once") {
    TempHome home;
    const auto held = layer_cake::home::Lock::take(home.path + "/lock/group");
    REQUIRE(held);
    const auto refused = Call({"destroy", home.path});
    CHECK(refused.status == 5);
    CHECK(refused.error == "cannot destroy \"" + home.path + "\": its group is running");
    CHECK(fs::exists(home.path));
}

TEST_CASE("create refuses a bad key and leaves nothing behind") {
    TempHome home;
    const auto other = home.folder + "/other";
    CHECK(Call({"create", other, "--bogus=1"}).status == 2);
    CHECK_FALSE(fs::exists(other));
    CHECK(Call({"create", other, "--retry={regular_steps: 2s}"}).error == "");
}

TEST_CASE("a program becomes a role of its own name, with its absolute path") {
    TempHome home;
    const auto worker = home.program("worker.sh");
    CHECK(home.call({"add", worker}).error == "");
    CHECK(home.call({"list"}).out == "worker\n");
    const auto line = home.call({"list", "-ll"}).out;
    CHECK(line.rfind("worker                   " + worker + " ", 0) == 0);
    CHECK(line.back() == '\n');
    CHECK(home.call({"add", "sh", "shell", "--", "-c", "exit 3"}).error == "");
    CHECK(home.definition().find("exit 3") != std::string::npos);
    CHECK(home.call({"list"}).out == "shell\nworker\n");
}

TEST_CASE("a role of several replicas lists each by its number") {
    TempHome home;
    CHECK(home.call({"add", home.program("worker.sh"), "worker", "--role-count=3", "-rs=1"}).error == "");
    CHECK(home.call({"list"}).out == "worker-1\nworker-2\nworker-3\n");
    CHECK(home.call({"list", "worker-2"}).out == "worker-2\n");
    CHECK(home.call({"delete", "worker-2"}).status == 4);
    CHECK(home.call({"add", "sh", "many", "--role-count=1001"}).status == 2);
    CHECK(home.call({"delete", "worker"}).error == "");
    CHECK(home.call({"list"}).out == "");
}

TEST_CASE("a program that is missing or not executable is no role") {
    TempHome home;
    CHECK(home.call({"add", "./nosuch", "web"}).error == "cannot add \"web\": executable \"./nosuch\" not found");
    CHECK(home.call({"add", "./nosuch", "web"}).status == 4);
    CHECK(home.call({"add", home.program("plain", "", 0644), "web"}).status == 2);
    CHECK(home.call({"add", "sh", "group"}).status == 2);
    CHECK(home.call({"add", "sh", "../evil"}).status == 2);
    CHECK(home.call({"add"}).status == 2);
    CHECK(home.call({"list"}).out == "");
}

TEST_CASE("a second role of the same name is refused and changes nothing") {
    TempHome home;
    REQUIRE(home.call({"add", "sh", "web"}).status == 0);
    const auto before = home.definition();
    const auto second = home.call({"add", "cat", "web"});
    CHECK(second.status == 1);
    CHECK(second.error.find("cannot add \"web\": ") == 0);
    CHECK(home.definition() == before);
}

TEST_CASE("search words select by the start of a name, and one that selects nothing is an error") {
    TempHome home;
    for (const auto* name : {"worker", "server", "server2"})
        REQUIRE(home.call({"add", "sh", name}).status == 0);
    CHECK(home.call({"list", "serv"}).out == "server\nserver2\n");
    CHECK(home.call({"list", "orker"}).status == 4);
    CHECK(home.call({"list", "orker"}).error ==
          "cannot list \"" + home.path + "\": no role matches \"orker\" (did you mean \"worker\"?)");
    CHECK(home.call({"list", "("}).status == 2);
    CHECK(home.call({"list", "-gr"}).out == "group\nserver\nserver2\nworker\n");
}

TEST_CASE("list tells facts as JSON with a schema") {
    TempHome home;
    REQUIRE(home.call({"add", "sh", "web"}).status == 0);
    const auto text = home.call({"list", "-o", "json"}).out;
    CHECK(text.find("\"schema\": \"layer-cake.list/1\"") != std::string::npos);
    CHECK(text.find("\"name\": \"web\"") != std::string::npos);
    CHECK(text.find("\"bytes\": null") != std::string::npos);
}

TEST_CASE("update sets and removes keys of the roles it names") {
    TempHome home;
    for (const auto* name : {"server", "server2"})
        REQUIRE(home.call({"add", "sh", name}).status == 0);
    CHECK(home.call({"update", "server", "--restart=always"}).error == "");
    CHECK(home.definition().find("always") == home.definition().rfind("always"));
    CHECK(home.call({"update", "serv.*", "--restart=no"}).error == "");
    CHECK(home.definition().find("always") == std::string::npos);
    CHECK(home.call({"update", "--all-roles", "--restart="}).error == "");
    CHECK(home.definition().find("restart") == std::string::npos);
    CHECK(home.call({"update", "group", "--main-role=server"}).error == "");
    CHECK(home.definition().find("main_role: server") != std::string::npos);
}

TEST_CASE("an update that would spoil the definition changes nothing") {
    TempHome home;
    REQUIRE(home.call({"add", "sh", "web"}).status == 0);
    const auto before = home.definition();
    CHECK(home.call({"update", "web", "--depends-on=[nosuch]"}).status == 2);
    CHECK(home.call({"update", "web", "--restart=sometimes"}).status == 2);
    CHECK(home.call({"update", "web"}).status == 2);
    CHECK(home.call({"update", "--restart=no"}).status == 2);
    CHECK(home.call({"update", "bew", "--restart=no"}).status == 4);
    CHECK(home.definition() == before);
}

TEST_CASE("delete removes a role with its folder, and refuses to guess which") {
    TempHome home;
    REQUIRE(home.call({"add", "sh", "web"}).status == 0);
    REQUIRE(home.call({"add", "sh", "db"}).status == 0);
    CHECK(fs::exists(home.path + "/role/web"));
    CHECK(home.call({"delete"}).status == 2);
    CHECK(home.call({"delete", "web"}).error == "");
    CHECK_FALSE(fs::exists(home.path + "/role/web"));
    CHECK(home.call({"delete", "--all-roles"}).error == "");
    CHECK(home.call({"list"}).out == "");
}

TEST_CASE("an edit is stored when it is valid") {
    TempHome home;
    REQUIRE(home.call({"add", "sh", "web"}).status == 0);
    Editor editor("sh -c 'echo \"restart: always\" >> \"$1\"' x");
    const auto edited = home.call({"edit", "web"});
    CHECK(edited.error == "");
    CHECK(home.definition().find("restart: always") != std::string::npos);
    CHECK_FALSE(fs::exists(home.path + "/edit.web.yaml"));
}

TEST_CASE("an edit without a change says so and succeeds") {
    TempHome home;
    REQUIRE(home.call({"add", "sh", "web"}).status == 0);
    Editor editor("true");
    const auto edited = home.call({"edit", "web"});
    CHECK(edited.status == 0);
    CHECK(edited.err == "layer-cake: nothing was changed\n");
    CHECK_FALSE(fs::exists(home.path + "/edit.web.yaml"));
}

TEST_CASE("a bad edit is shown with its place and kept, and can be gone on with") {
    TempHome home;
    REQUIRE(home.call({"add", "sh", "web"}).status == 0);
    const auto before = home.definition();
    const auto draft = home.path + "/edit.web.yaml";
    {
        Editor editor("sh -c 'echo \"restrat: always\" >> \"$1\"' x");
        const auto edited = home.call({"edit", "web"});
        CHECK(edited.status == 2);
        CHECK(edited.err.find(draft + ":3:1: ") != std::string::npos);
        CHECK(edited.err.find("restart") != std::string::npos);
        CHECK(edited.error.find("--resume web") != std::string::npos);
    }
    CHECK(home.definition() == before);
    struct stat facts {};
    REQUIRE(::stat(draft.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    CHECK(home.call({"edit", "web"}).status == 5);
    Editor editor("sed -i s/restrat/restart/");
    CHECK(home.call({"edit", "--resume", "web"}).error == "");
    CHECK(home.definition().find("restart: always") != std::string::npos);
    CHECK_FALSE(fs::exists(draft));
}

TEST_CASE("a failing editor changes nothing") {
    TempHome home;
    REQUIRE(home.call({"add", "sh", "web"}).status == 0);
    Editor editor("exit 3;");
    const auto edited = home.call({"edit", "web"});
    CHECK(edited.status == 1);
    CHECK(edited.error.find("ended with exit 3") != std::string::npos);
    CHECK_FALSE(fs::exists(home.path + "/edit.web.yaml"));
    CHECK(home.call({"edit", "nosuch"}).status == 4);
    CHECK(home.call({"edit"}).status == 2);
}

TEST_CASE("check says everything that is wrong with a file, with its place") {
    TempHome home;
    const auto good = home.program("good.yaml", "roles:\n  web: {command: [sh]}\n", 0644);
    const auto bad =
        home.program("bad.yaml", "roles:\n  web:\n    command: [sh]\n    restrat: no\n    replicas: x\n", 0644);
    CHECK(Call({"check", good}).status == 0);
    CHECK(Call({"check", good}).out == "");
    const auto wrong = Call({"check", bad});
    CHECK(wrong.status == 2);
    CHECK(wrong.err.find(bad + ":4:5: ") == 0);
    CHECK(wrong.err.find(bad + ":5:") != std::string::npos);
    CHECK(Call({"check", good, "--resolved"}).out.find("web:") != std::string::npos);
    CHECK(Call({"check", bad, "-o", "json"}).out.find("\"valid\": false") != std::string::npos);
    CHECK(Call({"check", "--schema"}).out.find("\"$schema\"") != std::string::npos);
    CHECK(Call({"check", "--reference"}).out.find("roles:") != std::string::npos);
    CHECK(Call({"check", home.folder + "/nosuch.yaml"}).status != 0);
}
