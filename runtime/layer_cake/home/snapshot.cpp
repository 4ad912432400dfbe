#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/beneath.hpp>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/sync.hpp>
#include <sys/stat.h>
#include <thread>

namespace layer_cake::home {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr int attempts = 5;
constexpr auto tick = 20ms; ///< what is written twice within one may show one time

/// The folder's new tree while it is being made, beside its place.
class Draft {
public:
    Draft(int parent, std::string shown) : parent_(parent), shown_(std::move(shown)) {}
    ~Draft() {
        if (!name_.empty()) (void)remove_tree_at(parent_, name_, shown_);
    }

    Result<void> make() {
        name_ = temporary_name();
        if (::mkdirat(parent_, name_.c_str(), 0700) == 0)
            folder_ = open_beneath(parent_, name_, O_RDONLY | O_DIRECTORY);
        return folder_ ? ok() : fail(system_error(fmt::format("cannot make \"{}\"", terminal_safe(shown_)), errno));
    }

    int folder() const { return folder_.get(); }

    /// Takes the place of what has the name; that goes.
    Result<void> put_in_place(const std::string& name, bool exists, unsigned mode) {
        const auto failed = [&] {
            return fail(system_error(fmt::format("cannot replace \"{}\"", terminal_safe(shown_)), errno));
        };
        if (::fchmod(folder_.get(), mode) != 0) return failed();
        const auto move = [&](unsigned how) {
            return ::renameat2(parent_, name_.c_str(), parent_, name.c_str(), how) == 0;
        };
        const auto cannot = [] { return errno == EINVAL || errno == ENOSYS; }; // some file systems
        if (exists) {
            if (!move(RENAME_EXCHANGE))
                return cannot() ? fail(Fault::failed,
                                       fmt::format("cannot replace \"{}\": its file system cannot exchange two folders",
                                                   terminal_safe(shown_)))
                                : failed();
        } else {
            // Nothing was there a moment ago, and a plain rename refuses a folder that is not empty.
            if (!move(RENAME_NOREPLACE) &&
                !(cannot() && ::renameat(parent_, name_.c_str(), parent_, name.c_str()) == 0))
                return failed();
            name_.clear();
        }
        return ::fsync(parent_) == 0 ? ok() : failed();
    }

private:
    int parent_;
    std::string shown_, name_;
    Fd folder_;
};

/// What `draft` has when all that is in `old` unchanged has been linked into it.
Listing link_unchanged(const Listing& source, int old, const Listing& had, int draft) {
    Listing made;
    for (const auto& entry : source) {
        if (entry.kind == TreeEntry::Kind::folder) {
            if (::mkdirat(draft, entry.path.c_str(), 0700) != 0) continue; // the copy will say what is wrong
            made.push_back(entry);
            made.back().mode = 01000; // like no folder's, so that it is finished in any case
            continue;
        }
        const auto same = std::lower_bound(had.begin(), had.end(), entry, [](const TreeEntry& a, const TreeEntry& b) {
            return in_tree_order(a.path, b.path);
        });
        if (entry.kind != TreeEntry::Kind::file || same == had.end() || same->path != entry.path ||
            same->kind != entry.kind || same->size != entry.size || same->modified != entry.modified ||
            same->mode != entry.mode)
            continue;
        const auto slash = entry.path.rfind('/');
        const auto folder = slash == std::string::npos ? std::string() : entry.path.substr(0, slash);
        const auto name = entry.path.substr(slash + 1);
        const Fd from = open_beneath(old, folder, O_PATH | O_DIRECTORY);
        if (from && ::linkat(from.get(), name.c_str(), draft, entry.path.c_str(), 0) == 0) made.push_back(entry);
    }
    return made;
}

struct Seen {
    TreeSource source;
    Listing listing;
};

Result<Seen> look_at(const fs::path& folder) {
    Seen seen;
    if (auto added = seen.source.add_contents(folder); !added) return fail(std::move(added).error());
    auto listing = seen.source.list();
    if (!listing) return fail(std::move(listing).error());
    seen.listing = std::move(*listing);
    return seen;
}

Result<void> never_still() {
    return fail(Fault::busy, "it is being written all the time: no moment was found at which it stayed the same");
}

/// What is there, with no time that could hide another write: the number of an inode is soon used again.
Result<Seen> look_at_settled(const fs::path& folder) {
    for (int attempt = 0;; ++attempt) {
        const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::system_clock::now().time_since_epoch() - tick);
        auto seen = look_at(folder);
        if (!seen) return seen;
        const bool settled = std::all_of(seen->listing.begin(), seen->listing.end(),
                                         [&](const TreeEntry& entry) { return entry.changed < now.count(); });
        if (settled) return seen;
        if (attempt == attempts) return fail(never_still().error());
        std::this_thread::sleep_for(tick);
    }
}

/// Of an error that comes of somebody writing meanwhile.
bool may_pass(const Error& error) {
    return error.fault == Fault::busy || error.fault == Fault::missing;
}

} // namespace

Result<void> take_snapshot(const fs::path& from, const fs::path& target, const SyncOptions& options) {
    std::error_code error;
    auto whole = fs::weakly_canonical(fs::absolute(target, error), error);
    if (!error && !whole.has_filename()) whole = whole.parent_path();
    const auto refuse = [&](Fault fault, std::string_view why) {
        return fail(fault, fmt::format("cannot replace \"{}\": {}", terminal_safe(target.native()), why));
    };
    if (error || !whole.has_filename()) return refuse(Fault::invalid, "not a folder that can be replaced");
    if (whole == fs::current_path(error)) return refuse(Fault::invalid, "it is the current folder");
    const auto source = fs::weakly_canonical(from, error);
    if (whole == source || lies_in(source.native(), whole.native()) || lies_in(whole.native(), source.native()))
        return refuse(Fault::invalid, fmt::format("\"{}\" is copied, and one of the two lies in the other",
                                                  terminal_safe(source.native())));
    const Fd parent(::open(whole.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!parent)
        return fail(
            system_error(fmt::format("cannot open \"{}\"", terminal_safe(whole.parent_path().native())), errno));
    const auto name = whole.filename().native();
    struct stat facts {};
    const bool exists = ::fstatat(parent.get(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0;
    if (exists && !S_ISDIR(facts.st_mode)) return refuse(Fault::invalid, "it is no folder");
    Fd old;
    Listing had;
    if (exists) {
        old = open_beneath(parent.get(), name, O_RDONLY | O_DIRECTORY);
        if (!old) return fail(system_error(fmt::format("cannot open \"{}\"", terminal_safe(whole.native())), errno));
        if (auto read = list_tree(old.get(), "", "", had); !read) return read;
    }
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const auto before = look_at_settled(from);
        if (!before && (!may_pass(before.error()) || attempt + 1 == attempts)) return fail(before.error());
        if (!before) continue;
        Draft draft(parent.get(), whole.native());
        if (auto made = draft.make(); !made) return made;
        const auto linked = exists ? link_unchanged(before->listing, old.get(), had, draft.folder()) : Listing();
        const auto copied = carry_out(plan_sync(before->listing, linked), before->source, before->listing,
                                      {draft.folder(), whole.native()}, linked, options);
        if (!copied && !may_pass(copied.error())) return copied;
        const auto after = look_at(from);
        if (!after && !may_pass(after.error())) return fail(after.error());
        if (!copied || !after || before->listing != after->listing) continue;
        return draft.put_in_place(name, exists, exists ? facts.st_mode & 0777 : 0755);
    }
    return never_still();
}

} // namespace layer_cake::home
