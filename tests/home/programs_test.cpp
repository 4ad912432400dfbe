#include <doctest/doctest.h>
#include <fstream>
#include <layer_cake/home/portable.hpp>
#include <layer_cake/home/programs.hpp>
#include <sys/stat.h>
#include <tests/core/temporary_folder.hpp>

using namespace layer_cake;
using namespace layer_cake::home;
namespace fs = std::filesystem;

namespace {

Role role(std::vector<std::string> command, const fs::path& folder = "/nowhere") {
    Role role;
    role.name = role.base = "r";
    role.command = std::move(command);
    role.working_dir = folder.native();
    return role;
}

Role shell(std::string text, const fs::path& folder = "/nowhere") {
    return role({"/bin/sh", "-c", std::move(text)}, folder);
}

void make_program(const fs::path& file, std::string_view text = "#!/bin/sh\n") {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
    ::chmod(file.c_str(), 0755);
}

} // namespace

TEST_CASE("an executable has the name of its script, else of its program") {
    CHECK(program_words(role({"/srv/app/server", "x"})).name() == "server");
    CHECK(program_words(role({"python3", "app/thumb.py", "x"})).name() == "thumb.py");
    CHECK(program_words(role({"/usr/bin/python3.11", "thumb.py"})).name() == "thumb.py");
    CHECK(program_words(role({"sleep", "thumb.py"})).name() == "sleep");
    CHECK(program_words(role({"python3"})).name() == "python3");
    CHECK(program_words(role({"python3", "-m", "http.server"})).name() == "python3");
    CHECK(program_words(role({"python3", "-c", "print(1)", "thumb.py"})).name() == "python3");
    CHECK(program_words(shell("./migrate --all && echo $x")).name() == "migrate");
    CHECK(program_words(shell("python3 job.py >log")).name() == "job.py");
    CHECK(program_words(shell("$PROGRAM x")).name().empty());
    CHECK(program_words(shell("exec ./server --port 80")).name() == "server");
    for (const auto* unclear : {"cd /x; ./y", "while :; do ./tick; done", "for i in 1 2; do ./x; done", "exec"})
        CHECK(program_words(shell(unclear)).program.empty());
    CHECK(program_words(role({})).name().empty());
}

TEST_CASE("a copy in the home is taken, of scripts and of programs that are not the system's") {
    const TemporaryFolder at;
    const auto app = at.path() / "app", collected = at.path() / "script";
    make_program(app / "server");
    make_program(app / "job.py");
    CHECK_FALSE(with_collected(role({"./server"}, app), collected));
    make_program(collected / "server");
    make_program(collected / "job.py");
    make_program(collected / "sleep");
    const auto copy = (collected / "server").native();
    CHECK(with_collected(role({"./server", "a"}, app), collected)->command == std::vector<std::string>{copy, "a"});
    CHECK(with_collected(role({"/gone/server"}), collected)->command.front() == copy);
    CHECK(with_collected(role({"python3", "-u", "job.py"}, app), collected)->command.back() ==
          (collected / "job.py").native());
    CHECK(with_collected(shell("./server --all | cat", app), collected)->command.back() == copy + " --all | cat");
    CHECK_FALSE(with_collected(role({"sleep", "1"}), collected));
    CHECK_FALSE(with_collected(role({"/usr/bin/python3", "-c", "server"}, app), collected));
}

TEST_CASE("what the dynamic loader says is read by line") {
    const auto all = parse_library_list("\tlinux-vdso.so.1 (0x00007ffd)\n"
                                        "\tlibfoo.so.2 => /opt/foo dir/libfoo.so.2 (0x00007f)\n"
                                        "\tlibgone.so.1 => not found\n"
                                        "\t/lib64/ld-linux-x86-64.so.2 => /lib64/ld-linux-x86-64.so.2 (0x00007f)\n"
                                        "garbage => \n");
    REQUIRE(all.size() == 3);
    CHECK(all[0].name == "libfoo.so.2");
    CHECK(all[0].path == "/opt/foo dir/libfoo.so.2");
    CHECK(all[1].path.empty());
    const auto own = libraries_of(fs::canonical("/proc/self/exe"));
    REQUIRE(own);
    CHECK(std::any_of(own->begin(), own->end(), [](const Library& one) { return one.name == "libc.so.6"; }));
}

TEST_CASE("a definition travels without the folders it was made in") {
    codec::Value definition = codec::Object{};
    definition.set("working_dir", "/srv/app");
    auto& roles = definition.set("roles", codec::Object{});
    for (const auto& [name, folder] :
         {std::pair("inside", "/srv/app/x"), {"same", "/srv/app"}, {"outside", "/srv/apps"}})
        roles.set(name, codec::Object{}).set("working_dir", folder);
    const auto portable = portable_definition(definition, "/srv/app");
    CHECK_FALSE(portable.find("working_dir"));
    CHECK_FALSE(portable.find("roles")->find("inside")->find("working_dir"));
    CHECK_FALSE(portable.find("roles")->find("same")->find("working_dir"));
    CHECK(portable.find("roles")->find("outside")->find("working_dir"));
    CHECK(*settled_definition(portable, "/h/script").find("working_dir")->string() == "/h/script");
}
