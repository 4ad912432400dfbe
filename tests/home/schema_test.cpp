#include "group_text.hpp"

#include <algorithm>
#include <cstdlib>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/schema.hpp>
#include <layer_cake/home/schema_bind.hpp>
#include <set>

using namespace layer_cake;
using namespace layer_cake::home;

namespace {

/// Calls `see` with every row, sections' rows included.
template <class See>
void every_row(std::span<const Key> keys, const See& see) {
    for (const auto& key : keys) {
        see(key);
        if (key.name != "roles") every_row(key.keys, see);
    }
}

template <class See>
void every_row(const See& see) {
    every_row(group_keys(), see);
    every_row(role_keys(), see);
}

/// The file of that name in configs/ has this content; UPDATE=1 writes it.
void same_as_file(const char* name, const std::string& content) {
    const auto file = std::filesystem::path(LAYER_CAKE_CONFIGS) / name;
    if (std::getenv("UPDATE")) REQUIRE(replace_file(file, content, 0644));
    const auto got = read_file(file);
    REQUIRE(got);
    CHECK_MESSAGE(*got == content, name << " is not what the rows say: run the test with UPDATE=1");
}

} // namespace

TEST_CASE("every row has a sentence of help and a sound default and example") {
    every_row([](const Key& key) {
        CAPTURE(key.name);
        REQUIRE(key.help.size() > 10);
        CHECK(key.help.back() == '.');
        CHECK(key.help.front() >= 'A');
        CHECK(key.help.front() <= 'Z');
        const bool section = key.kind == Kind::section || key.kind == Kind::named;
        CHECK((section || !key.fallback.empty() || !key.example.empty()));
        for (const auto text : {key.fallback, key.example}) {
            if (text.empty()) continue;
            CAPTURE(text);
            const auto value = codec::parse_yaml(text, "row");
            REQUIRE(value);
            std::vector<Problem> problems;
            check(codec::Object{codec::Member(std::string(key.name), *value)}, std::span(&key, 1), "row", problems);
            CHECK(words(problems) == "");
        }
    });
}

TEST_CASE("no section has a name twice") {
    const auto distinct = [](std::span<const Key> keys) {
        std::set<std::string_view> names;
        for (const auto& key : keys)
            CHECK(names.insert(key.name).second);
    };
    distinct(group_keys());
    distinct(role_keys());
    every_row([&](const Key& key) { distinct(key.keys); });
}

TEST_CASE("the defaults of the rows are those that role.hpp tells readers") {
    Role made;
    made.restart.window = Duration(1);
    made.shutdown.signal = 9;
    made.log.max_files = 1;
    bind_defaults(role_keys(), &made);
    CHECK(made == Role{});
}

TEST_CASE("configs/reference.yaml is made from the rows") {
    same_as_file("reference.yaml", reference_text());
}

TEST_CASE("configs/layer-cake.schema.json is made from the rows") {
    same_as_file("layer-cake.schema.json", codec::write_json(json_schema(), codec::Layout::indented) + "\n");
}

TEST_CASE("the reference file is a group file, and names every key") {
    const auto text = reference_text();
    CHECK(group_of(text).roles.size() == 1);
    every_row([&](const Key& key) {
        CAPTURE(key.name);
        CHECK(text.find(std::string(key.name) + ":") != std::string::npos);
    });
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        CHECK(rest.substr(0, end).size() <= 120);
        rest.remove_prefix(end + 1);
    }
}

TEST_CASE("the groups of configs/examples are right") {
    for (const char* name : {"web.yaml", "workers.yaml", "pipeline.yaml", "pool.yaml"}) {
        CAPTURE(name);
        const auto source = load_source(std::filesystem::path(LAYER_CAKE_CONFIGS) / "examples" / name, variables({}));
        REQUIRE_MESSAGE(source, words(source ? std::vector<Problem>{} : source.error()));
        const auto group = resolve(*source);
        REQUIRE_MESSAGE(group, words(group ? std::vector<Problem>{} : group.error()));
        CHECK(group->roles.size() >= 3);
    }
}

TEST_CASE("the manual has every key, and no line that mdoc would take for a request") {
    const auto text = manual_rows();
    every_row([&](const Key& key) {
        CAPTURE(key.name);
        CHECK(text.find(".It Ic " + std::string(key.name) + " :") != std::string::npos);
    });
    const std::set<std::string> requests{".Ss", ".Bl", ".It", ".El", ".Cm", ".Ql"};
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        if (text[at] == '.' || text[at] == '\'') CHECK(requests.count(text.substr(at, 3)) == 1);
}
