#include <cli/settings.hpp>
#include <doctest/doctest.h>
#include <filesystem>

using namespace layer_cake;
using namespace layer_cake::cli;
using codec::Value;

namespace {

Value applied(std::string_view argument, Value section = codec::Object{}) {
    const auto setting = read_setting(argument, home::role_keys());
    REQUIRE_MESSAGE(setting, setting.error().detail);
    const auto done = apply(*setting, section);
    REQUIRE_MESSAGE(done, done.error().detail);
    return section;
}

std::string refused(std::string_view argument) {
    const auto setting = read_setting(argument, home::role_keys());
    REQUIRE_FALSE(setting);
    CHECK(setting.error().fault == Fault::invalid);
    return setting.error().detail;
}

} // namespace

TEST_CASE("a value is a fragment of YAML, dashes in a key are underscores") {
    CHECK(*applied("--restart=always").find("restart") == Value("always"));
    CHECK(applied("--depends-on=[db, cache]").find("depends_on")->array()->size() == 2);
    CHECK(*applied("--environment={A: 1}").find("environment")->find("A") == Value(1));
    CHECK(*applied("--replicas=3").find("replicas") == Value(3));
}

TEST_CASE("a key that holds text takes it as it is") {
    CHECK(*applied("--user=1000").find("user") == Value("1000"));
}

TEST_CASE("a key in a section is set alone") {
    auto section = applied("--restart.max=3", codec::Object{{"restart", "always"}});
    CHECK(*section.find("restart")->find("policy") == Value("always"));
    CHECK(*section.find("restart")->find("max") == Value(3));
    CHECK(*applied("--environment.MY_VAR=a: b").find("environment")->find("MY_VAR") == Value("a: b"));
}

TEST_CASE("an empty value removes the key") {
    const Value section = codec::Object{{"restart", "always"}, {"umask", "022"}};
    CHECK(applied("--restart=", section) == Value(codec::Object{{"umask", "022"}}));
    CHECK(applied("--user=", section) == section);
}

TEST_CASE("a relative folder means one below the current folder") {
    CHECK(*applied("--working-dir=sub").find("working_dir") ==
          Value((std::filesystem::current_path() / "sub").string()));
}

TEST_CASE("a wrong key or value is refused, naming the option") {
    CHECK(refused("--restrat=always") == "unknown option or key \"--restrat\" (did you mean \"--restart\"?)");
    CHECK(refused("--depends-on=[db").find("--depends-on") == 0);
    CHECK(refused("--replicas=many").find("--replicas: ") == 0);
    CHECK(refused("--restart").find("\"--restart\" needs a value") == 0);
}
