#include "call.hpp"

#include <doctest/doctest.h>

using namespace layer_cake;
using namespace layer_cake::cli;

namespace {

struct Read {
    std::ostringstream out, err;
    Invocation call{.words = {}, .options = {}, .remainder = {}, .after = {}, .home = {}, .out = out, .err = err};
    Result<Parsed> parsed;

    explicit Read(const std::vector<std::string>& arguments) : parsed(parse(arguments, call)) {}
};

} // namespace

TEST_CASE("a command line becomes words and options by long name") {
    Read read({"list", "-ll", "web", "-hp=/srv/home", "[ab]", "-o", "json"});
    REQUIRE(read.parsed);
    CHECK(read.parsed->command == &list_command);
    CHECK(read.call.words == std::vector<std::string>{"web", "[ab]"});
    CHECK(read.call.home == "/srv/home");
    CHECK(read.call.has("long-listing"));
    CHECK(read.call.value("output") == "json");
    CHECK_FALSE(read.call.has("sub-roles"));
}

TEST_CASE("the home is .layer-cake unless given, and an option given twice says the same twice") {
    CHECK(Read({"list"}).call.home == ".layer-cake");
    CHECK(Read({"list", "-hp=a", "--home-path", "a"}).call.home == "a");
    CHECK(Read({"list", "-hp=a", "--home-path", "b"}).parsed.error().detail ==
          "--home-path is given twice, as \"a\" and as \"b\"");
}

TEST_CASE("an option of fixed words refuses another word") {
    Read read({"list", "-o=xml"});
    REQUIRE_FALSE(read.parsed);
    CHECK(read.parsed.error().fault == Fault::invalid);
    CHECK(read.parsed.error().detail.find("--output") != std::string::npos);
    CHECK(read.parsed.error().detail.find("json") != std::string::npos);
}

TEST_CASE("words are refused where a command takes none") {
    Read read({"version", "now"});
    REQUIRE_FALSE(read.parsed);
    CHECK(read.parsed.error().detail == "\"version\" takes no words, but \"now\" was given");
}

TEST_CASE("a bare command line is refused, a bare --version is answered") {
    CHECK_FALSE(Read({}).parsed);
    CHECK(Read({"--version"}).parsed->command == &version_command);
}

TEST_CASE("help explains one command, lists all, and refuses an unknown one") {
    CHECK(Call({"help", "list"}).out.rfind("usage: layer-cake list", 0) == 0);
    CHECK(Call({"help", "--list"}).out.find("\nlist\n") != std::string::npos);
    CHECK(Call({"help", "lits"}).error == "unknown command \"lits\" (did you mean \"list\"?)");
    CHECK(Call({"help", "list", "log"}).error == "help explains one command at a time");
    CHECK(Call({"help", "lits"}).status == 2);
}

TEST_CASE("a subject is the command's first word, and what follows is the subject's") {
    Read read({"export", "-hp=/srv/home", "image", "x.tar.zst"});
    REQUIRE(read.parsed);
    CHECK(read.parsed->command == &export_image);
    CHECK(read.call.words == std::vector<std::string>{"x.tar.zst"});
    CHECK(read.call.home == "/srv/home");
    CHECK(Read({"export", "--home-path", "image", "image"}).call.home == "image");
    CHECK(Read({"export"}).parsed->command == &export_command);
    CHECK(
        Read({"export", "imgae"}).parsed.error().detail.find("(did you mean \"image\"?): it is none of home, image") !=
        std::string::npos);
    CHECK(Read({"export", "image", "--bogus"}).parsed.error().detail.find("for \"export image\"") != std::string::npos);
    CHECK(Call({"export"}).error.rfind("export needs one of home, image", 0) == 0);
    CHECK(Call({"help", "export", "image"}).out.rfind("usage: layer-cake export image", 0) == 0);
}
