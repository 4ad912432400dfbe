#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/home.hpp>
#include <sys/stat.h>

/// A home comes into being and goes.
namespace layer_cake::home {
namespace {

namespace fs = std::filesystem;

/// Removes what was made unless it is told to keep it.
class Undo {
public:
    ~Undo() {
        std::error_code ignored;
        if (!tree_.empty()) (void)remove_tree(tree_);
        for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder)
            fs::remove(*folder, ignored);
    }
    void tree(fs::path path) { tree_ = std::move(path); }
    void folder(fs::path path) { folders_.push_back(std::move(path)); }
    void keep() {
        tree_.clear();
        folders_.clear();
    }

private:
    fs::path tree_;
    std::vector<fs::path> folders_; ///< only while empty
};

Result<void> make_parents(const fs::path& path, Undo& undo) {
    std::vector<fs::path> missing;
    std::error_code error;
    for (auto at = path; !at.empty() && !fs::exists(at, error); at = at.parent_path()) {
        if (error) return fail(system_error(fmt::format("cannot make folder \"{}\"", path.string()), error.value()));
        missing.push_back(at);
        if (at == at.parent_path()) break;
    }
    for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
        if (::mkdir(at->c_str(), 0777) == 0)
            undo.folder(*at);
        else if (errno != EEXIST)
            return fail(system_error(fmt::format("cannot make folder \"{}\"", at->string()), errno));
    }
    return ok();
}

/// Gives a folder its name, unless the name is taken.
int move_into_place(const fs::path& from, const fs::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    // A file system without that: the name was free a moment ago, and rename refuses a folder that is not empty.
    return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

Result<void> sync_folder(const fs::path& path) {
    const Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0)
        return fail(system_error(fmt::format("cannot write folder \"{}\"", path.string()), errno));
    return ok();
}

} // namespace

namespace {

/// Fails with `system` whatever the reason: of what could not be made nothing was missing before.
Error not_made(const fs::path& path, int number) {
    auto error = system_error(fmt::format("cannot create \"{}\"", path.string()), number);
    error.fault = Fault::system;
    return error;
}

} // namespace

Result<Home> Home::create(const fs::path& path, const codec::Value& definition,
                          const std::function<Result<void>(const Paths& draft)>& fill) {
    const auto refuse = [&](Fault fault, std::string_view why) {
        return fail(fault, fmt::format("cannot create \"{}\": {}", path.string(), why));
    };
    std::error_code error;
    auto plain = fs::absolute(path, error).lexically_normal();
    if (!plain.has_filename()) plain = plain.parent_path();
    struct stat facts {};
    if (error || path.empty() || !plain.has_filename()) return refuse(Fault::invalid, "not a path");
    if (::lstat(plain.c_str(), &facts) == 0)
        return refuse(Fault::busy, S_ISDIR(facts.st_mode) ? "existing folder" : "existing file");

    Undo undo;
    if (auto made = make_parents(plain.parent_path(), undo); !made) return refuse(Fault::system, made.error().detail);
    const auto parent = fs::canonical(plain.parent_path(), error);
    if (error) return fail(not_made(path, error.value()));
    const auto final = parent / plain.filename();

    // Checked as the file it will be; made beside its place and moved there whole.
    const auto group = Home(final).group_being_made(definition);
    if (!group) return fail(to_error(group.error()));
    auto name = (parent / ".layer-cake-new-XXXXXX").string();
    if (!::mkdtemp(name.data())) return fail(not_made(path, errno));
    undo.tree(name);
    const Home draft{fs::path(name)};
    const auto& paths = draft.paths();
    for (const auto& folder : {paths.home / "lock", paths.roles(), paths.home / "resource", paths.home / "script"})
        if (auto made = make_folder(folder); !made) return fail(std::move(made).error());
    if (auto made = draft.make_roles(*group); !made) return fail(std::move(made).error());
    if (fill)
        if (auto filled = fill(paths); !filled) return fail(std::move(filled).error());
    const codec::Value whole = definition.is_null() ? codec::Value(codec::Object{}) : definition;
    if (auto written = replace_file(paths.definition(), codec::write_yaml(whole)); !written)
        return fail(std::move(written).error());
    if (const int number = move_into_place(paths.home, final); number != 0) {
        if (number == EEXIST || number == ENOTEMPTY || number == ENOTDIR) return refuse(Fault::busy, "existing folder");
        return fail(not_made(path, number));
    }
    undo.tree(final);
    if (auto synced = sync_folder(parent); !synced) return fail(std::move(synced).error());
    undo.keep();
    return Home(final);
}

namespace {

/// The first role, by name, whose lock is held: by an object program, or by whoever runs a Python module.
std::string running_role(const fs::path& roles) {
    std::vector<std::string> running;
    std::error_code error;
    for (fs::directory_iterator at(roles, error), end; !error && at != end; at.increment(error))
        if (Lock::held(at->path() / "lock" / "head")) running.push_back(at->path().filename().string());
    return running.empty() ? "" : *std::min_element(running.begin(), running.end());
}

} // namespace

Result<void> Home::destroy() {
    const auto refuse = [&](Fault fault, std::string_view why) {
        return fail(fault, fmt::format("cannot destroy \"{}\": {}", paths_.home.string(), why));
    };
    struct stat facts {};
    if (::lstat(paths_.home.c_str(), &facts) != 0)
        return fail(system_error(fmt::format("cannot destroy \"{}\"", paths_.home.string()), errno));
    if (!S_ISDIR(facts.st_mode)) return refuse(Fault::invalid, "it is a symbolic link");
    // A home whose lock folder is lost can still be destroyed.
    if (auto made = make_folder(paths_.home / "lock"); !made) return made;
    const auto group = Lock::take(paths_.group_lock());
    if (!group)
        return group.error().fault == Fault::busy ? refuse(Fault::busy, "its group is running") : fail(group.error());
    // The group's lock file may have been removed below it.
    const auto folder = Lock::take_folder(paths_.home, std::chrono::seconds(1));
    if (!folder && folder.error().fault == Fault::busy) return refuse(Fault::busy, "its group is running");
    const auto definition = Lock::take(paths_.definition_lock(), std::chrono::seconds(10));
    if (!definition)
        return definition.error().fault == Fault::busy ? refuse(Fault::busy, "another command is changing it")
                                                       : fail(definition.error());
    if (const auto running = running_role(paths_.roles()); !running.empty())
        return refuse(Fault::busy, fmt::format("role \"{}\" is running", running));
    std::error_code error;
    std::vector<fs::path> entries;
    for (fs::directory_iterator at(paths_.home, error), end; !error && at != end; at.increment(error))
        entries.push_back(at->path());
    if (error) return fail(system_error(fmt::format("cannot read \"{}\"", paths_.home.string()), error.value()));
    for (const auto& entry : entries)
        if (entry != paths_.definition() && entry != paths_.home / "lock")
            if (auto removed = remove_tree(entry); !removed) return removed;
    if (auto removed = remove_tree(paths_.definition()); !removed) return removed;
    return remove_tree(paths_.home);
}

} // namespace layer_cake::home
