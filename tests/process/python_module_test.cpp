#include <doctest/doctest.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/process/child_context.hpp>
#include <layer_cake/process/python_module.hpp>
#include <tests/core/temporary_folder.hpp>

using namespace layer_cake;
using namespace layer_cake::process;
namespace fs = std::filesystem;
using Texts = std::vector<std::string>;

namespace {

void write(const fs::path& file, std::string_view content) {
    fs::create_directories(file.parent_path());
    REQUIRE(replace_file(file, content, 0644));
}

home::Role role_of(const std::string& executable, const fs::path& working_dir) {
    home::Role role;
    role.command = {executable, "word"};
    role.settings = codec::Object{};
    role.working_dir = working_dir.string();
    return role;
}

std::string in(const home::Role& role, std::string_view name) {
    for (const auto& [own, text] : role.environment)
        if (own == name) return text;
    return {};
}

} // namespace

TEST_CASE("a module is told by its import, wherever that stands") {
    CHECK(imports_layer_cake("# a server\nimport layer_cake as lc\n"));
    CHECK(imports_layer_cake("from layer_cake import *"));
    CHECK(imports_layer_cake("from\tlayer_cake.http import HttpRequest\r\n"));
    CHECK(imports_layer_cake("import layer_cake"));
    CHECK(!imports_layer_cake("import layer_cakes"));
    CHECK(!imports_layer_cake("# import layer_cake"));
    CHECK(!imports_layer_cake("  import layer_cake"));
    CHECK(!imports_layer_cake("importlayer_cake"));
    CHECK(!imports_layer_cake("print('layer_cake')"));
    CHECK(!imports_layer_cake(""));
}

TEST_CASE("a setting is an argument as the library reads it") {
    CHECK(setting_argument("server_address", *codec::parse_json(R"({"host": "a b", "port": 5})")) ==
          R"(--server-address={"host":"a b","port":5})");
    CHECK(setting_argument("note", codec::Value("as it \"is\"")) == "--note=as it \"is\"");
    CHECK(setting_argument("rate", *codec::parse_json("2.0")) == "--rate=2.0");
    CHECK(setting_argument("deep", codec::Value(true)) == "--deep=true");
    CHECK(setting_argument("from_", codec::Value("x")) == "--from-=x");
}

TEST_CASE("a module's arguments are those that the library's group gives") {
    ModuleOrders orders;
    orders.home = "/srv/home";
    orders.role = "z1";
    orders.origin = "RUN_CHILD";
    orders.debug_level = "TRACE";
    CHECK(module_arguments(orders, {"word"}, {{"n", codec::Value(7)}}) ==
          Texts{"word", "--n=7", "--origin=RUN_CHILD", "--child-process", "--full-output", "--home-path=/srv/home",
                "--role-name=z1", "--debug-level=TRACE"});
    ChildContext context;
    context.role = "server";
    CHECK(module_child_arguments(context, "server.worker-0", 40255, {}) ==
          Texts{"--directory-scope=LIBRARY", R"(--connect-to-directory={"host": "127.0.0.1", "port": 40255})",
                "--encrypted-process=false", "--origin=SHELL", "--child-process", "--full-output",
                "--role-name=server.worker-0"});
}

TEST_CASE("a module is found by its path, in the home's script folder and in the role's folder") {
    const TemporaryFolder folder;
    const auto home = folder.path() / "home", work = folder.path() / "work";
    write(work / "server.py", "import layer_cake\n");
    write(work / "plain.py", "print(1)\n");
    write(work / "server.txt", "import layer_cake\n");
    CHECK(find_module(role_of("./server.py", work), home) == work / "server.py");
    CHECK(find_module(role_of((work / "server.py").string(), "/"), home) == work / "server.py");
    CHECK(find_module(role_of("server.py", work), home) == work / "server.py");
    CHECK(!find_module(role_of("./plain.py", work), home));
    CHECK(!find_module(role_of("./server.txt", work), home));
    CHECK(!find_module(role_of("other.py", work), home));
    auto command = role_of("./server.py", work);
    command.settings = {}; // given as `command`
    CHECK(!find_module(command, home));
    CHECK(module_to_run(home, work / "server.py") == work / "server.py");
    write(home / "script" / "server.py", "import layer_cake\n");
    CHECK(find_module(role_of("server.py", work), home) == home / "script" / "server.py");
    CHECK(module_to_run(home, work / "server.py") == home / "script" / "server.py");
}

TEST_CASE("the interpreter is the role's, the virtual environment's, or python3") {
    const fs::path module = "/srv/shop/server.py", home = "/srv/home";
    const auto usual = with_python(role_of(module.string(), "/"), module, home, {"PATH=/bin"});
    CHECK(usual.command == Texts{"python3", "/srv/shop/server.py", "word"});
    CHECK(in(usual, "PYTHONPATH") == "/srv/home/script:/srv/shop");

    const auto inherited =
        with_python(role_of(module.string(), "/"), module, home, {"VIRTUAL_ENV=/srv/venv", "PYTHONPATH=/lib/mine"});
    CHECK(inherited.command.front() == "/srv/venv/bin/python");
    CHECK(in(inherited, "PYTHONPATH") == "/srv/home/script:/srv/shop:/lib/mine");

    auto given = role_of(module.string(), "/");
    given.environment = {{"VIRTUAL_ENV", "/own"}, {"PYTHONPATH", "/own/lib"}};
    given = with_python(std::move(given), module, {}, {"VIRTUAL_ENV=/srv/venv"});
    CHECK(given.command.front() == "/own/bin/python");
    CHECK(in(given, "PYTHONPATH") == "/srv/shop:/own/lib");

    auto named = role_of(module.string(), "/");
    named.interpreter = "pypy3";
    CHECK(with_python(std::move(named), module, home, {"VIRTUAL_ENV=/srv/venv"}).command.front() == "pypy3");
    auto script = role_of("./job.rb", "/srv");
    script.interpreter = "ruby";
    CHECK(with_interpreter(std::move(script)).command == Texts{"ruby", "./job.rb", "word"});
}
