#include <doctest/doctest.h>
#include <layer_cake/core/random.hpp>
#include <layer_cake/directory/name_index.hpp>
#include <set>

namespace lc = layer_cake;
using namespace lc::directory;

namespace {

struct Name : Named {
    explicit Name(std::string text) { name = std::move(text); }
};

std::set<std::string> names_of(const NameIndex& index, const Seeking& seeking) {
    std::set<std::string> names;
    std::string last;
    while (!index.each_named(seeking, last, 3, [&](const Named& named) { CHECK(names.insert(named.name).second); })) {
    }
    return names;
}

std::set<std::string> searches_for(const NameIndex& index, std::string_view name) {
    std::set<std::string> searches;
    index.each_seeking(name, [&](const Seeking& seeking) { searches.insert(seeking.search()); });
    return searches;
}

} // namespace

TEST_CASE("a search is compared with the whole of a name") {
    Name svc("svc"), xm("xm-2"), m("m-17"), dots("a.b");
    NameIndex index;
    for (auto* name : {&svc, &xm, &m, &dots})
        REQUIRE(index.add(*name));
    const auto found = [&](std::string_view search) {
        Seeking seeking;
        REQUIRE(index.add(seeking, search));
        const auto names = names_of(index, seeking);
        index.remove(seeking);
        return names;
    };
    using Names = std::set<std::string>;
    CHECK(found("svc") == Names{"svc"});
    CHECK(found("sv") == Names{});
    CHECK(found("sv.") == Names{"svc"});
    CHECK(found("m-[0-9]+") == Names{"m-17"});
    CHECK(found(".*") == Names{"svc", "xm-2", "m-17", "a.b"});
    CHECK(found("a.b") == Names{"a.b"});
    CHECK(found("a\\.b") == Names{"a.b"});
    CHECK(found("svc|xm-2") == Names{"svc", "xm-2"});
    CHECK(found("^svc$") == Names{"svc"});
    CHECK(found("svcx?") == Names{"svc"});
    CHECK(found("(?i)SVC") == Names{"svc"});
    for (auto* name : {&svc, &xm, &m, &dots})
        index.remove(*name);
}

TEST_CASE("a name is in an index once") {
    Name one("x"), other("x");
    NameIndex index;
    CHECK(index.add(one));
    CHECK_FALSE(index.add(other));
    CHECK(index.find("x") == &one);
    index.remove(one);
    CHECK(index.find("x") == nullptr);
}

TEST_CASE("what only a backtracking engine can match is refused, with the reason") {
    for (const auto* search : {"(?=a)b", "(a)\\1", "(?<!a)b", "a{1001}", "(", "[", "*", "a**b(", "\\"}) {
        CAPTURE(search);
        NameIndex index;
        Seeking seeking;
        const auto added = index.add(seeking, search);
        REQUIRE_FALSE(added);
        CHECK(added.error().detail.starts_with("bad pattern"));
        CHECK_FALSE(check_search(search));
    }
    NameIndex index;
    Seeking seeking;
    CHECK_FALSE(index.add(seeking, ""));
    CHECK_FALSE(index.add(seeking, std::string(1'001, 'a')));
    CHECK_FALSE(index.add(seeking, std::string(1'001, '.')));
    CHECK_FALSE(check_name(""));
    CHECK_FALSE(check_name(std::string(1'001, 'a')));
    CHECK(check_name(std::string(1'000, 'a')));
}

TEST_CASE("every match of a pattern begins with its prefix") {
    CHECK(prefix_of("worker-[0-9]+") == "worker-");
    CHECK(prefix_of("^worker") == "worker");
    CHECK(prefix_of("worker*") == "worke");
    CHECK(prefix_of("worker+") == "worker");
    CHECK(prefix_of("worker{2}") == "worke");
    CHECK(prefix_of("a|b") == "");
    CHECK(prefix_of("ab(c|d)") == "ab");
    CHECK(prefix_of("ab(c|d)|x") == "");
    CHECK(prefix_of("a[(]|b") == "");
    CHECK(prefix_of("a\\.b\\d") == "a.b");
    CHECK(prefix_of("gr\xc3\xbc*") == "gr");
    CHECK(prefix_of(".*") == "");
    CHECK(prefix_of("\\Qab") == "");
}

TEST_CASE("the index finds what a look at everything finds") {
    lc::Random random(7);
    const std::vector<std::string> parts = {"a",     "b",  "ab", "-",  ".", "\\.", "[ab]",
                                            "(a|b)", "a*", "b?", ".*", "|", "a+",  "^"};
    const auto text = [&](std::size_t kinds) {
        std::string made;
        for (auto left = 1 + random.up_to(4); left > 0; --left)
            made += parts[random.up_to(kinds - 1)];
        return made;
    };
    for (int round = 0; round < 200; ++round) {
        std::vector<std::unique_ptr<Name>> names;
        std::vector<std::unique_ptr<Seeking>> searches;
        NameIndex index; // ends before them
        for (int step = 0; step < 60; ++step) {
            if (random.up_to(3) == 0 && !names.empty()) {
                const auto at = names.begin() + static_cast<std::ptrdiff_t>(random.up_to(names.size() - 1));
                index.remove(**at);
                names.erase(at);
            } else if (random.up_to(3) == 0 && !searches.empty()) {
                const auto at = searches.begin() + static_cast<std::ptrdiff_t>(random.up_to(searches.size() - 1));
                index.remove(**at);
                searches.erase(at);
            } else if (random.up_to(1) == 0) {
                auto name = std::make_unique<Name>(text(5));
                if (index.add(*name)) names.push_back(std::move(name));
            } else {
                auto seeking = std::make_unique<Seeking>();
                if (index.add(*seeking, text(parts.size()))) searches.push_back(std::move(seeking));
            }
        }
        for (const auto& seeking : searches) {
            std::set<std::string> expected;
            const auto pattern = lc::Pattern::compile(seeking->search());
            REQUIRE(pattern);
            for (const auto& name : names)
                if (is_plain(seeking->search()) ? name->name == seeking->search() : pattern->matches_whole(name->name))
                    expected.insert(name->name);
            CAPTURE(seeking->search());
            REQUIRE(names_of(index, *seeking) == expected);
            for (const auto& name : names)
                REQUIRE(searches_for(index, name->name).contains(seeking->search()) == expected.contains(name->name));
        }
    }
}
