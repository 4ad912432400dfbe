#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/beneath.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/tree.hpp>
#include <memory>
#include <sys/stat.h>

namespace layer_cake::home {
namespace {

constexpr std::size_t most_complaints = 20;

std::int64_t nanoseconds(const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::string_view kind_word(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFIFO:
        return "a FIFO";
    case S_IFSOCK:
        return "a socket";
    case S_IFCHR:
    case S_IFBLK:
        return "a device";
    default:
        return "of an unknown kind";
    }
}

class Reader {
public:
    Reader(Listing& into, Refusals* refusals) : into_(into), refusals_(refusals) {}

    /// @param name  in the open folder; `path` in the listing
    Result<void> add(int folder, const std::string& name, std::string path, std::size_t depth) {
        const auto refuse = [&](std::string_view why) {
            return fail(Fault::invalid, fmt::format("\"{}\" {}", terminal_safe(path), why));
        };
        if (path.size() > tree_path) return refuse(fmt::format("is longer than {} bytes", tree_path));
        if (depth > tree_depth) return refuse(fmt::format("is nested more than {} deep", tree_depth));
        if (into_.size() >= tree_entries)
            return fail(Fault::invalid, fmt::format("there are more than {} files and folders", tree_entries));
        struct stat facts {};
        if (::fstatat(folder, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0)
            return errno == ENOENT && depth > 0 ? ok() : fail(no_entry(path)); // gone since its name was read
        TreeEntry entry;
        entry.mode = facts.st_mode & 0777;
        entry.modified = nanoseconds(facts.st_mtim);
        entry.changed = nanoseconds(facts.st_ctim);
        entry.inode = facts.st_ino;
        entry.uid = facts.st_uid;
        entry.gid = facts.st_gid;
        if (S_ISREG(facts.st_mode)) {
            entry.size = static_cast<std::uint64_t>(facts.st_size);
        } else if (S_ISLNK(facts.st_mode)) {
            entry.kind = TreeEntry::Kind::link;
            if (auto read = read_link(folder, name, entry.link); !read) return fail(no_entry(path));
            if (refusals_ && !link_stays_inside(path, entry.link))
                return complain(fmt::format("\"{}\" is a link that leads out (to \"{}\")", terminal_safe(path),
                                            terminal_safe(entry.link)));
        } else if (S_ISDIR(facts.st_mode)) {
            entry.kind = TreeEntry::Kind::folder;
        } else if (!refusals_) {
            entry.modified = -1; // whatever it is, it is like no file
        } else {
            return complain(fmt::format("\"{}\" is {}", terminal_safe(path), kind_word(facts.st_mode)));
        }
        const bool is_folder = entry.kind == TreeEntry::Kind::folder;
        entry.path = is_folder ? path : std::move(path);
        into_.push_back(std::move(entry));
        return is_folder ? add_contents(folder, name, path, depth) : ok();
    }

    Result<void> add_contents(int parent, const std::string& name, const std::string& path, std::size_t depth) {
        Fd fd = open_beneath(parent, name, O_RDONLY | O_DIRECTORY);
        if (!fd) return fail(no_entry(path));
        struct Close {
            void operator()(DIR* folder) const noexcept { ::closedir(folder); }
        };
        const std::unique_ptr<DIR, Close> folder(::fdopendir(fd.get()));
        if (!folder) return fail(no_entry(path));
        fd.release();
        std::vector<std::string> names;
        for (errno = 0; const dirent* entry = ::readdir(folder.get()); errno = 0) {
            const std::string_view one = entry->d_name;
            if (one != "." && one != ".." && !(refusals_ && is_temporary_name(one))) names.emplace_back(one);
            if (names.size() > tree_entries)
                return fail(Fault::invalid, fmt::format("there are more than {} files and folders", tree_entries));
        }
        if (errno != 0) return fail(no_entry(path));
        std::sort(names.begin(), names.end());
        for (const auto& one : names) {
            auto added =
                add(::dirfd(folder.get()), one, path.empty() ? one : fmt::format("{}/{}", path, one), depth + 1);
            if (!added) return added;
        }
        return ok();
    }

private:
    static Error no_entry(std::string_view path) {
        return system_error(fmt::format("cannot read \"{}\"", terminal_safe(path)), errno);
    }

    static Result<void> read_link(int folder, const std::string& name, std::string& text) {
        text.resize(tree_path);
        const ssize_t length = ::readlinkat(folder, name.c_str(), text.data(), text.size());
        if (length < 0) return fail(no_entry(name));
        text.resize(static_cast<std::size_t>(length));
        return ok();
    }

    Result<void> complain(std::string words) {
        refusals_->add(std::move(words));
        return ok();
    }

    Listing& into_;
    Refusals* refusals_;
};

} // namespace

bool in_tree_order(std::string_view a, std::string_view b) {
    const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (y == b.end()) return false;
    if (x == a.end()) return true;
    if (*x == '/' || *y == '/') return *x == '/';
    return static_cast<unsigned char>(*x) < static_cast<unsigned char>(*y);
}

bool lies_in(std::string_view path, std::string_view folder) {
    return path.size() > folder.size() && path[folder.size()] == '/' && path.starts_with(folder);
}

bool link_stays_inside(std::string_view path, std::string_view text) {
    if (text.empty() || text.starts_with('/')) return false;
    auto above = std::count(path.begin(), path.end(), '/');
    bool climbing = true;
    for (const auto& part : split(text, '/')) {
        if (part == "..") {
            if (!climbing || above-- == 0) return false;
        } else if (!part.empty() && part != ".") {
            climbing = false;
        }
    }
    return true;
}

void Refusals::add(std::string words) {
    if (first_.size() < most_complaints)
        first_.push_back(std::move(words));
    else
        ++more_;
}

Result<void> Refusals::result() const {
    if (first_.empty()) return ok();
    auto words = join(first_, ", ");
    if (more_ > 0) words += fmt::format(", and {} more", more_);
    return fail(Fault::invalid, fmt::format("{}: only files, folders and links inside the tree can be copied", words));
}

Result<void> list_tree(int root, std::string_view from, std::string_view as, Listing& into, Refusals* refusals) {
    Reader reader(into, refusals);
    return from.empty() ? reader.add_contents(root, ".", std::string(as), 0)
                        : reader.add(root, std::string(from), std::string(as), 0);
}

} // namespace layer_cake::home
