#include <layer_cake/home/sync_plan.hpp>
#include <map>

namespace layer_cake::home {
namespace {

using Kind = TreeEntry::Kind;

bool same_time(std::int64_t source, std::int64_t target) {
    constexpr std::int64_t second = 1'000'000'000;
    if (source == target) return true;
    return target % second == 0 && source - source % second == target;
}

std::size_t count_inside(const Listing& listing, std::size_t folder) {
    std::size_t end = folder + 1;
    while (end < listing.size() && lies_in(listing[end].path, listing[folder].path))
        ++end;
    return end - folder - 1;
}

class Planner {
public:
    Planner(const Listing& source, const Listing& target) : source_(source), target_(target) {}

    SyncPlan plan() {
        std::size_t s = 0, t = 0;
        while (s < source_.size() || t < target_.size()) {
            const bool no_target = t == target_.size();
            if (no_target || (s < source_.size() && in_tree_order(source_[s].path, target_[t].path))) {
                add(s++);
            } else if (s == source_.size() || in_tree_order(target_[t].path, source_[s].path)) {
                t = remove(t);
            } else if (source_[s].kind == target_[t].kind) {
                update(s++, t++);
            } else {
                t = replace(s++, t);
            }
        }
        find_renames();
        for (const auto& change : plan_.changes)
            if (change.kind == Change::Kind::add_file || change.kind == Change::Kind::update_file ||
                change.kind == Change::Kind::replace_with_file) {
                ++plan_.files;
                plan_.bytes += source_[change.source].size;
            }
        return std::move(plan_);
    }

private:
    void note(Change::Kind kind, std::size_t source, std::size_t target, std::size_t contents = 0) {
        const bool inner =
            source != Change::none && added_ != Change::none && lies_in(source_[source].path, source_[added_].path);
        plan_.changes.push_back({kind, source, target, contents, inner});
    }

    void add(std::size_t s) {
        switch (source_[s].kind) {
        case Kind::file:
            return note(Change::Kind::add_file, s, Change::none);
        case Kind::link:
            return note(Change::Kind::add_link, s, Change::none);
        case Kind::folder:
            note(Change::Kind::add_folder, s, Change::none, count_inside(source_, s));
            if (!plan_.changes.back().inner) added_ = s;
        }
    }

    std::size_t remove(std::size_t t) {
        if (target_[t].kind != Kind::folder) {
            note(Change::Kind::remove_file, Change::none, t);
            return t + 1;
        }
        const auto contents = count_inside(target_, t);
        note(Change::Kind::remove_folder, Change::none, t, contents);
        return t + contents + 1;
    }

    void update(std::size_t s, std::size_t t) {
        const auto& from = source_[s];
        const auto& to = target_[t];
        if (from.kind == Kind::link) {
            if (from.link != to.link) note(Change::Kind::update_link, s, t);
        } else if (from.kind == Kind::file && (from.size != to.size || !same_time(from.modified, to.modified))) {
            note(Change::Kind::update_file, s, t);
        } else if (from.mode != to.mode) {
            note(Change::Kind::update_mode, s, t);
        }
    }

    std::size_t replace(std::size_t s, std::size_t t) {
        const auto inside = target_[t].kind == Kind::folder ? count_inside(target_, t) : 0;
        switch (source_[s].kind) {
        case Kind::file:
            note(Change::Kind::replace_with_file, s, t, inside);
            break;
        case Kind::link:
            note(Change::Kind::replace_with_link, s, t, inside);
            break;
        case Kind::folder:
            note(Change::Kind::replace_with_folder, s, t, count_inside(source_, s));
            added_ = s;
        }
        return t + inside + 1;
    }

    struct Content {
        std::uint64_t size;
        std::int64_t modified;
        auto operator<=>(const Content&) const = default;
    };
    struct Candidates {
        std::size_t added = 0, removed = 0; ///< how many of each
        std::size_t change = 0, target = 0; ///< the last of each
    };

    void find_renames() {
        std::map<Content, Candidates> contents;
        for (std::size_t i = 0; i < plan_.changes.size(); ++i) {
            const auto& change = plan_.changes[i];
            if (change.kind != Change::Kind::add_file) continue;
            const auto& entry = source_[change.source];
            if (entry.size == 0) continue; // nothing is saved
            auto& same = contents[{entry.size, entry.modified}];
            ++same.added;
            same.change = i;
        }
        if (contents.empty()) return;
        for (const auto& change : plan_.changes) {
            if (change.kind != Change::Kind::remove_file && change.kind != Change::Kind::remove_folder) continue;
            for (std::size_t t = change.target; t <= change.target + change.contents; ++t) {
                if (target_[t].kind != Kind::file) continue;
                const auto found = contents.find({target_[t].size, target_[t].modified});
                if (found == contents.end()) continue;
                ++found->second.removed;
                found->second.target = t;
            }
        }
        std::vector<bool> moved(target_.size(), false);
        for (const auto& [content, same] : contents) {
            if (same.added != 1 || same.removed != 1) continue;
            auto& change = plan_.changes[same.change];
            change.kind = Change::Kind::rename_file;
            change.target = same.target;
            change.inner = false; // that it keeps its content is worth saying
            moved[same.target] = true;
        }
        std::erase_if(plan_.changes, [&](const Change& change) {
            return change.kind == Change::Kind::remove_file && moved[change.target];
        });
    }

    const Listing& source_;
    const Listing& target_;
    SyncPlan plan_;
    std::size_t added_ = Change::none; ///< the folder added last that is in no other added one
};

} // namespace

SyncPlan plan_sync(const Listing& source, const Listing& target) {
    return Planner(source, target).plan();
}

} // namespace layer_cake::home
