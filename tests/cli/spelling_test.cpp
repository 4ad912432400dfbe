#include <cli/commands.hpp>
#include <cli/spelling.hpp>
#include <doctest/doctest.h>

using namespace layer_cake;
using namespace layer_cake::cli;

namespace {

constexpr Option listing_options[] = {
    {.name = "long-listing", .help = "more"},
    {.name = "count", .help = "how many", .value = "N", .letter = 'n'},
    {.name = "colour-it", .help = "paint", .value = "[WORD]", .initials = false},
    {.name = "all-roles", .help = "all"},
    {.name = "any-role", .help = "any"},
};
constinit const Command listing{.name = "listing", .words = "[ROLE...]", .summary = "s", .options = listing_options};
constinit const Command adding{
    .name = "adding", .words = "PROGRAM [-- ARGUMENT...]", .summary = "s", .takes_remainder = true};
constinit const Command secret{.name = "secret", .words = "", .summary = "s", .hidden = true};
constexpr const Command* table[] = {&adding, &listing, &secret};

Result<Spelled> spell(const std::vector<std::string>& arguments) {
    return spell_out(arguments, table);
}

std::string refused(const std::vector<std::string>& arguments) {
    const auto spelled = spell(arguments);
    REQUIRE_FALSE(spelled);
    CHECK(spelled.error().fault == Fault::invalid);
    return spelled.error().detail;
}

using Words = std::vector<std::string>;

} // namespace

TEST_CASE("an option has one meaning however it is written") {
    for (const auto& written : {"--long-listing", "--long_listing", "-ll", "--long-listing=true"})
        CHECK(spell({"listing", written})->options == Words{"--long-listing"});
    CHECK(spell({"listing", "--long-listing=false"})->options.empty());
}

TEST_CASE("a needed value follows the equals sign or is the next argument") {
    for (const Words& written : {Words{"--count=3"}, {"--count", "3"}, {"-n", "3"}, {"-n=3"}, {"-c=3"}}) {
        Words arguments{"listing"};
        arguments.insert(arguments.end(), written.begin(), written.end());
        CHECK(spell(arguments)->options == Words{"--count=3"});
        CHECK(spell(arguments)->words.empty());
    }
    CHECK(spell({"listing", "--count", "-5"})->options == Words{"--count=-5"});
}

TEST_CASE("a value that may be left out is never taken from the next argument") {
    const auto spelled = spell({"listing", "--colour-it", "web"});
    CHECK(spelled->options == Words{"--colour-it"});
    CHECK(spelled->words == Words{"web"});
}

TEST_CASE("the command is the first word, wherever options stand") {
    const auto spelled = spell({"-hp", "there", "-ll", "listing", "web"});
    REQUIRE(spelled);
    CHECK(spelled->command == &listing);
    CHECK(spelled->options == Words{"--home-path=there", "--long-listing"});
    CHECK(spelled->words == Words{"web"});
}

TEST_CASE("everything after two dashes is words, or the program's arguments where a command has them") {
    CHECK(spell({"listing", "--", "-ll"})->words == Words{"-ll"});
    const auto added = spell({"adding", "prog", "--", "--help", "--"});
    CHECK(added->words == Words{"prog"});
    CHECK(added->after == Words{"--help", "--"});
    CHECK_FALSE(added->help);
}

TEST_CASE("unknown options are kept as written for a command that takes keys") {
    CHECK(spell({"adding", "--depends_on=[db]", "-r=no"})->remainder == Words{"--depends_on=[db]", "-r=no"});
}

TEST_CASE("help is asked for in any place") {
    CHECK(spell({"listing", "-h"})->help);
    CHECK(spell({"--help"})->help);
    CHECK(spell({"--help"})->command == nullptr);
}

TEST_CASE("a mistake in a command line is named, with the nearest right word") {
    CHECK(refused({"listin"}) == "unknown command \"listin\" (did you mean \"listing\"?)");
    CHECK(refused({"secrets"}) == "unknown command \"secrets\" (\"layer-cake help\" lists them)");
    CHECK(refused({"listing", "--cuont=3"}) ==
          "unknown option \"--cuont\" for \"listing\" (did you mean \"--count\"?)");
    CHECK(refused({"listing", "-zz"}) == "unknown option \"-zz\" for \"listing\"");
    CHECK(refused({"listing", "-ar"}) == "ambiguous short option \"-ar\": it may be --all-roles, --any-role");
    CHECK(refused({"listing", "-ll=3"}) == "option \"--long-listing\" takes no value");
    CHECK(refused({"listing", "--count"}) == "option \"--count\" needs a value: --count=N");
    CHECK(refused({"listing", "--count", "--long-listing"}) == "option \"--count\" needs a value: --count=N");
    CHECK(refused({"listing", "--count="}) == "option \"--count\" needs a value: --count=N");
}
