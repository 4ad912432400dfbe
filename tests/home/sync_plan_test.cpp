#include <algorithm>
#include <doctest/doctest.h>
#include <layer_cake/home/sync_plan.hpp>
#include <map>
#include <random>

using namespace layer_cake::home;
using Kind = Change::Kind;

namespace {

TreeEntry file(std::string path, std::uint64_t size = 5, std::int64_t modified = 1, unsigned mode = 0644) {
    TreeEntry entry;
    entry.path = std::move(path);
    entry.mode = mode;
    entry.size = size;
    entry.modified = modified;
    return entry;
}

TreeEntry folder(std::string path, unsigned mode = 0755) {
    auto entry = file(std::move(path), 0, 0, mode);
    entry.kind = TreeEntry::Kind::folder;
    return entry;
}

TreeEntry link(std::string path, std::string text) {
    auto entry = file(std::move(path), 0, 0, 0777);
    entry.kind = TreeEntry::Kind::link;
    entry.link = std::move(text);
    return entry;
}

std::vector<Kind> kinds(const Listing& source, const Listing& target) {
    std::vector<Kind> all;
    for (const auto& change : plan_sync(source, target).changes)
        all.push_back(change.kind);
    return all;
}

using Wanted = std::vector<Kind>;

/// A tree by path; what is compared of an entry is what a copy keeps.
using Model = std::map<std::string, TreeEntry>;

Model model(const Listing& listing) {
    Model all;
    for (const auto& entry : listing)
        all[entry.path] = entry;
    return all;
}

void erase_tree(Model& tree, const std::string& path) {
    std::erase_if(tree, [&](const auto& one) { return one.first == path || lies_in(one.first, path); });
}

/// Carries a plan out as sync.cpp does, on a model; renames and copies come before removals.
Model carried_out(const SyncPlan& plan, const Listing& source, const Listing& target) {
    auto tree = model(target);
    for (const auto& change : plan.changes)
        if (change.kind == Kind::rename_file) {
            REQUIRE(tree.erase(target[change.target].path) == 1);
        } else if (change.source != Change::none && change.target != Change::none &&
                   source[change.source].kind != target[change.target].kind) {
            erase_tree(tree, target[change.target].path);
        }
    for (const auto& change : plan.changes)
        if (change.source != Change::none) tree[source[change.source].path] = source[change.source];
    for (const auto& change : plan.changes)
        if (change.source == Change::none) {
            REQUIRE(tree.contains(target[change.target].path));
            erase_tree(tree, target[change.target].path);
        }
    return tree;
}

class Trees {
public:
    explicit Trees(unsigned seed) : random_(seed) {}

    Listing tree() {
        Listing all;
        fill(all, "", 0);
        return all;
    }

private:
    unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

    void fill(Listing& all, const std::string& at, int depth) {
        for (const char* name : {"a", "a.b", "b", "c"}) {
            if (below(3) == 0) continue;
            const auto path = at.empty() ? name : at + "/" + name;
            const auto what = below(6);
            if (what < 2 && depth < 3) {
                all.push_back(folder(path, below(2) ? 0755 : 0700));
                fill(all, path, depth + 1);
            } else if (what == 2) {
                all.push_back(link(path, below(2) ? "a" : "b"));
            } else {
                all.push_back(file(path, below(4), below(4), below(4) ? 0644 : 0600));
            }
        }
    }

    std::minstd_rand random_;
};

} // namespace

TEST_CASE("what is like its source needs no change") {
    const Listing tree{folder("a"), file("a/x"), link("a/y", "x"), file("b")};
    CHECK(plan_sync(tree, tree).empty());
    CHECK(plan_sync({}, {}).empty());
}

TEST_CASE("each pair of entries has its change") {
    CHECK(kinds({file("a")}, {}) == Wanted{Kind::add_file});
    CHECK(kinds({link("a", "b")}, {}) == Wanted{Kind::add_link});
    CHECK(kinds({folder("a")}, {}) == Wanted{Kind::add_folder});
    CHECK(kinds({}, {file("a")}) == Wanted{Kind::remove_file});
    CHECK(kinds({}, {link("a", "b")}) == Wanted{Kind::remove_file});
    CHECK(kinds({}, {folder("a"), file("a/b"), file("a/c")}) == Wanted{Kind::remove_folder});
    CHECK(kinds({file("a", 6)}, {file("a", 5)}) == Wanted{Kind::update_file});
    CHECK(kinds({file("a", 5, 1)}, {file("a", 5, 2)}) == Wanted{Kind::update_file});
    CHECK(kinds({file("a", 5, 1, 0600)}, {file("a", 5, 2, 0644)}) == Wanted{Kind::update_file});
    CHECK(kinds({file("a", 5, 1, 0600)}, {file("a", 5, 1, 0644)}) == Wanted{Kind::update_mode});
    CHECK(kinds({folder("a", 0700)}, {folder("a")}) == Wanted{Kind::update_mode});
    CHECK(kinds({link("a", "b")}, {link("a", "c")}) == Wanted{Kind::update_link});
    CHECK(kinds({file("a")}, {folder("a"), file("a/b")}) == Wanted{Kind::replace_with_file});
    CHECK(kinds({link("a", "b")}, {file("a")}) == Wanted{Kind::replace_with_link});
    CHECK(kinds({folder("a"), file("a/b")}, {file("a", 9)}) == Wanted{Kind::replace_with_folder, Kind::add_file});
}

TEST_CASE("a file system of whole seconds keeps a time well enough") {
    CHECK(plan_sync({file("a", 5, 7'123'456'789)}, {file("a", 5, 7'000'000'000)}).empty());
    CHECK_FALSE(plan_sync({file("a", 5, 7'123'456'789)}, {file("a", 5, 7'000'000'001)}).empty());
    CHECK_FALSE(plan_sync({file("a", 5, 7'000'000'000)}, {file("a", 5, 7'123'456'789)}).empty());
}

TEST_CASE("a file that got another name is renamed, wherever it went") {
    CHECK(kinds({file("b", 9, 9)}, {file("a", 9, 9)}) == Wanted{Kind::rename_file});
    CHECK(kinds({folder("n"), file("n/b", 9, 9)}, {folder("o"), file("o/a", 9, 9)}) ==
          Wanted{Kind::add_folder, Kind::rename_file, Kind::remove_folder});
    SUBCASE("but not where it is unclear which") {
        CHECK(kinds({file("b", 9, 9), file("c", 9, 9)}, {file("a", 9, 9)}) ==
              Wanted{Kind::remove_file, Kind::add_file, Kind::add_file});
        CHECK(kinds({file("c", 9, 9)}, {file("a", 9, 9), file("b", 9, 9)}) ==
              Wanted{Kind::remove_file, Kind::remove_file, Kind::add_file});
    }
    SUBCASE("and not when it is empty, or stays") {
        CHECK(kinds({file("b", 0, 9)}, {file("a", 0, 9)}) == Wanted{Kind::remove_file, Kind::add_file});
        CHECK(kinds({file("a", 9, 9), file("b", 9, 9)}, {file("a", 9, 9)}) == Wanted{Kind::add_file});
    }
}

TEST_CASE("what is in an added folder goes without saying, and a folder knows how much is in it") {
    const auto plan = plan_sync({folder("a"), folder("a/b"), file("a/b/c"), file("a.x")}, {folder("z"), file("z/y")});
    REQUIRE(plan.changes.size() == 5);
    CHECK(plan.changes[0] == Change{Kind::add_folder, 0, Change::none, 2, false});
    CHECK(plan.changes[1].inner);
    CHECK(plan.changes[2].inner);
    CHECK_FALSE(plan.changes[3].inner);
    CHECK(plan.changes[4] == Change{Kind::remove_folder, Change::none, 0, 1, false});
    CHECK(plan.files == 2);
    CHECK(plan.bytes == 10);
}

TEST_CASE("a plan carried out makes any tree like any other") {
    for (unsigned seed = 1; seed <= 3000; ++seed) {
        CAPTURE(seed);
        Trees trees(seed);
        const auto source = trees.tree(), target = trees.tree();
        REQUIRE(std::is_sorted(source.begin(), source.end(),
                               [](const auto& a, const auto& b) { return in_tree_order(a.path, b.path); }));
        const auto plan = plan_sync(source, target);
        auto made = carried_out(plan, source, target);
        auto wanted = model(source);
        for (auto* tree : {&made, &wanted}) // the time of a folder is not compared, the mode of a link neither
            for (auto& [path, entry] : *tree)
                if (entry.kind != TreeEntry::Kind::file) entry.modified = 0;
        for (auto& [path, entry] : made) {
            const auto& want = wanted[path];
            // Equal by time of whole seconds: the test's are all of second 0.
            if (entry.kind == TreeEntry::Kind::file && entry.modified == 0) entry.modified = want.modified;
        }
        CHECK(made == wanted);
        Listing again;
        for (const auto& [path, entry] : made)
            again.push_back(entry);
        std::sort(again.begin(), again.end(),
                  [](const auto& a, const auto& b) { return in_tree_order(a.path, b.path); });
        CHECK(plan_sync(source, again).empty());
    }
}

TEST_CASE("a link stays inside when it climbs first and not above the root") {
    for (const char* fine : {"x", "x/y", "./x", "..", "../x", "x//y", "../../x"}) {
        CAPTURE(fine);
        CHECK(link_stays_inside("a/b/c", fine));
    }
    for (const char* leaves : {"", "/", "/etc", "../../../x", "x/..", "x/../..", "../x/../../.."}) {
        CAPTURE(leaves);
        CHECK_FALSE(link_stays_inside("a/b/c", leaves));
    }
    CHECK_FALSE(link_stays_inside("c", "../x"));
}
