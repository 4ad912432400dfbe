#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/beneath.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/place_file.hpp>
#include <layer_cake/home/sync.hpp>
#include <set>
#include <sys/stat.h>

namespace layer_cake::home {
namespace {

using Kind = Change::Kind;

constexpr std::uint64_t batch_bytes = 512u << 20;
constexpr std::size_t batch_files = 5000;

std::string_view folder_of(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string name_of(std::string_view path) {
    return std::string(path.substr(path.rfind('/') + 1));
}

timespec as_timespec(std::int64_t nanoseconds) {
    constexpr std::int64_t second = 1'000'000'000;
    const auto part = (nanoseconds % second + second) % second; // times before 1970 are negative
    return {static_cast<time_t>((nanoseconds - part) / second), static_cast<long>(part)};
}

class Carrier {
public:
    Carrier(const SyncPlan& plan, const TreeSource& from, const Listing& source, const SyncTarget& to,
            const Listing& target, const SyncOptions& options)
        : plan_(plan),
          from_(from),
          source_(source),
          to_(to),
          target_(target),
          options_(options),
          owner_(owner_to_give(to.folder)) {
        progress_.all_bytes = plan.bytes;
        progress_.all_files = plan.files;
    }

    Result<void> run() {
        auto done = work();
        if (!done) drop_waiting();
        auto finished = finish_folders(); // a folder that was opened for writing is closed again in any case
        if (!done) return done;
        if (!finished) return finished;
        if (options_.durable && ::syncfs(to_.folder) != 0) return failed("write", "");
        return ok();
    }

private:
    Result<void> work() {
        for (const auto& change : plan_.changes)
            if (change.kind == Kind::add_folder || change.kind == Kind::replace_with_folder)
                if (auto made = make_folder(change); !made) return made;
        for (const auto& change : plan_.changes)
            if (change.kind == Kind::rename_file)
                if (auto renamed = rename(change); !renamed) return renamed;
        for (const auto& change : plan_.changes)
            if (auto made = make_entry(change); !made) return made;
        if (auto placed = place_waiting(); !placed) return placed;
        for (auto change = plan_.changes.rbegin(); change != plan_.changes.rend(); ++change)
            if (change->source == Change::none)
                if (auto removed = remove(target_[change->target].path); !removed) return removed;
        return ok();
    }

    tl::unexpected<Error> failed(std::string_view verb, std::string_view path) const {
        return fail(system_error(fmt::format("cannot {} \"{}\"", verb, shown(path)), errno));
    }
    std::string shown(std::string_view path) const {
        return terminal_safe(path.empty() ? to_.path : fmt::format("{}/{}", to_.path, path));
    }

    /// The open folder of the target that holds `path`, which is going to change.
    Result<int> holder(std::string_view path) {
        const auto folder = folder_of(path);
        if (held_ && held_path_ == folder) return held_.get();
        held_ = open_beneath(to_.folder, folder, O_RDONLY | O_DIRECTORY);
        if (!held_) return failed("open", folder);
        held_path_ = folder;
        struct stat facts {};
        if (::fstat(held_.get(), &facts) != 0) return failed("open", folder);
        if ((facts.st_mode & 0300) != 0300 && ::fchmod(held_.get(), (facts.st_mode & 0777) | 0700) != 0)
            return failed("write to", folder);
        if (!folder.empty()) touched_.emplace(folder);
        return held_.get();
    }

    Result<int> source_holder(std::string_view path, std::string& name) {
        const auto folder = folder_of(path);
        if (folder.empty()) {
            const auto top = from_.top(path);
            name = top.name;
            return top.folder;
        }
        name = name_of(path);
        if (!source_held_ || source_path_ != folder) {
            source_held_ = from_.open_folder(folder);
            source_path_ = folder;
            if (!source_held_)
                return fail(
                    system_error(fmt::format("cannot open \"{}\"", terminal_safe(from_.origin(folder))), errno));
        }
        return source_held_.get();
    }

    Result<void> make_folder(const Change& change) {
        const auto& path = source_[change.source].path;
        const auto folder = holder(path);
        if (!folder) return fail(folder.error());
        const auto name = name_of(path);
        if (change.target != Change::none && ::unlinkat(*folder, name.c_str(), 0) != 0 && errno != ENOENT)
            return failed("replace", path);
        const bool made = ::mkdirat(*folder, name.c_str(), 0700) == 0;
        if (!made && errno != EEXIST) return failed("make folder", path);
        touched_.insert(path);
        return made && owner_ ? give_away(*folder, name, path) : ok();
    }

    /// By its descriptor: whose folder it is in may have put something else there meanwhile.
    Result<void> give_away(int parent, const std::string& name, std::string_view path) {
        const Fd folder = open_beneath(parent, name, O_RDONLY | O_DIRECTORY);
        if (!folder || ::fchown(folder.get(), owner_->user, owner_->group) != 0) return failed("make folder", path);
        return ok();
    }

    Result<void> rename(const Change& change) {
        const auto& entry = source_[change.source];
        const auto& old = target_[change.target].path;
        std::string name;
        const auto source = source_holder(entry.path, name);
        if (!source) return fail(source.error());
        const Fd old_folder = open_beneath(to_.folder, folder_of(old), O_RDONLY | O_DIRECTORY);
        if (!old_folder) return failed("open", folder_of(old));
        const auto old_name = name_of(old);
        if (!same_content(*source, name, old_folder.get(), old_name)) {
            if (auto copied = copy(entry); !copied) return copied;
            if (auto placed = place_waiting(); !placed) return placed;
            return remove(old);
        }
        if (auto opened = holder(old); !opened) return fail(opened.error()); // makes it writable
        const auto folder = holder(entry.path);
        if (!folder) return fail(folder.error());
        const auto new_name = name_of(entry.path);
        if (::renameat(old_folder.get(), old_name.c_str(), *folder, new_name.c_str()) != 0)
            return failed("rename", old);
        return set_mode(*folder, entry);
    }

    Result<void> make_entry(const Change& change) {
        switch (change.kind) {
        case Kind::add_file:
        case Kind::update_file:
            return copy(source_[change.source]);
        case Kind::replace_with_file:
            return copy(source_[change.source], true);
        case Kind::add_link:
        case Kind::update_link:
        case Kind::replace_with_link:
            return make_link(source_[change.source], change.kind == Kind::replace_with_link);
        case Kind::update_mode: {
            const auto& entry = source_[change.source];
            if (entry.kind == TreeEntry::Kind::folder) {
                touched_.insert(entry.path);
                return ok();
            }
            const auto folder = open_beneath(to_.folder, folder_of(entry.path), O_PATH | O_DIRECTORY);
            if (!folder) return failed("open", folder_of(entry.path));
            return set_mode(folder.get(), entry);
        }
        default:
            return ok();
        }
    }

    Result<void> set_mode(int folder, const TreeEntry& entry) {
        if (::fchmodat(folder, name_of(entry.path).c_str(), entry.mode, AT_SYMLINK_NOFOLLOW) != 0)
            return failed("change the mode of", entry.path);
        return ok();
    }

    /// @param replaces  a folder or link of that name, which goes when the file is there
    Result<void> copy(const TreeEntry& entry, bool replaces = false) {
        std::string name;
        const auto source = source_holder(entry.path, name);
        if (!source) return fail(source.error());
        const auto folder = holder(entry.path);
        if (!folder) return fail(folder.error());
        auto temporary = temporary_name();
        const auto copied =
            copy_to_temporary(*source, name, *folder, temporary, owner_, shown(entry.path), [this](auto more) {
                progress_.bytes += more;
                if (options_.progress) options_.progress(progress_);
            });
        if (!copied) return copied;
        waiting_.push_back({&entry, std::move(temporary), replaces});
        waiting_bytes_ += entry.size;
        ++progress_.files;
        if (options_.progress) options_.progress(progress_);
        const bool full = waiting_bytes_ >= batch_bytes || waiting_.size() >= batch_files;
        return !options_.durable || full ? place_waiting() : ok();
    }

    /// Gives the files written so far their names.
    Result<void> place_waiting() {
        if (waiting_.empty()) return ok();
        if (options_.durable && ::syncfs(to_.folder) != 0) return failed("write", "");
        for (auto& one : waiting_) {
            const auto& path = one.entry->path;
            const auto folder = holder(path);
            if (!folder) return fail(folder.error());
            const auto name = name_of(path);
            if (one.replaces)
                if (auto gone = remove_tree_at(*folder, name, shown(path)); !gone) return gone;
            if (::renameat(*folder, one.temporary.c_str(), *folder, name.c_str()) != 0) return failed("replace", path);
            one.temporary.clear();
        }
        waiting_.clear();
        waiting_bytes_ = 0;
        return ok();
    }

    void drop_waiting() {
        for (const auto& one : waiting_)
            if (!one.temporary.empty())
                if (const auto folder = holder(one.entry->path)) ::unlinkat(*folder, one.temporary.c_str(), 0);
        waiting_.clear();
    }

    Result<void> make_link(const TreeEntry& entry, bool replaces) {
        const auto folder = holder(entry.path);
        if (!folder) return fail(folder.error());
        const auto name = name_of(entry.path), temporary = temporary_name();
        if (::symlinkat(entry.link.c_str(), *folder, temporary.c_str()) != 0) return failed("link", entry.path);
        if (replaces)
            if (auto gone = remove_tree_at(*folder, name, shown(entry.path)); !gone) {
                ::unlinkat(*folder, temporary.c_str(), 0);
                return gone;
            }
        if (::renameat(*folder, temporary.c_str(), *folder, name.c_str()) == 0) return ok();
        const int reason = errno;
        ::unlinkat(*folder, temporary.c_str(), 0);
        errno = reason;
        return failed("replace", entry.path);
    }

    Result<void> remove(const std::string& path) {
        const auto folder = holder(path);
        if (!folder) return fail(folder.error());
        return remove_tree_at(*folder, name_of(path), shown(path));
    }

    /// Folders get the source's modes and times when no more is done in them, the deepest first.
    Result<void> finish_folders() {
        held_.reset();
        Result<void> result = ok();
        for (auto path = touched_.rbegin(); path != touched_.rend(); ++path) {
            const auto entry = std::lower_bound(
                source_.begin(), source_.end(), *path,
                [](const TreeEntry& one, const std::string& wanted) { return in_tree_order(one.path, wanted); });
            if (entry == source_.end() || entry->path != *path) continue; // it has been removed
            const Fd folder = open_beneath(to_.folder, *path, O_RDONLY | O_DIRECTORY);
            const std::array<timespec, 2> times{timespec{0, UTIME_OMIT}, as_timespec(entry->modified)};
            if ((!folder || ::fchmod(folder.get(), entry->mode) != 0 || ::futimens(folder.get(), times.data()) != 0) &&
                result)
                result = failed("change the mode of", *path);
        }
        return result;
    }

    struct Waiting {
        const TreeEntry* entry;
        std::string temporary; ///< empty once it has its name
        bool replaces;
    };

    const SyncPlan& plan_;
    const TreeSource& from_;
    const Listing& source_;
    const SyncTarget& to_;
    const Listing& target_;
    const SyncOptions& options_;
    const std::optional<FileOwner> owner_; ///< of what is made, unless it is ours
    SyncProgress progress_;
    Fd held_, source_held_;
    std::string held_path_, source_path_;
    std::set<std::string, std::less<>> touched_; ///< folders; a folder is less than what is in it
    std::vector<Waiting> waiting_;
    std::uint64_t waiting_bytes_ = 0;
};

} // namespace

Result<void> carry_out(const SyncPlan& plan, const TreeSource& from, const Listing& source, const SyncTarget& to,
                       const Listing& target, const SyncOptions& options) {
    if (plan.empty()) return ok();
    return Carrier(plan, from, source, to, target, options).run();
}

} // namespace layer_cake::home
