#pragma once

#include <filesystem>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/group_file.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::home {

/// All file names of a home, in one place.
///
///     <home>/layer-cake.yaml         the definition (0600), replaced atomically
///     <home>/control.sock            while the group runs (0600)
///     <home>/directory.sock          the same: where its processes publish and find names
///     <home>/lock/group              held by the group while it lives, as is the home's folder itself
///     <home>/lock/definition         held by a command while it changes the definition
///     <home>/lock/edit.<role>        held by a command while its draft is in an editor
///     <home>/lock/files.<what>       held by a command while it changes files: model.<role>, resource.<executable>,
///     script <home>/role/<role>/            logs/ model/ tmp/ lock/  history <home>/resource/ <home>/script/
struct Paths {
    std::filesystem::path home; ///< absolute
    std::filesystem::path definition() const { return home / "layer-cake.yaml"; }
    std::filesystem::path control() const { return home / "control.sock"; }
    std::filesystem::path directory() const { return home / "directory.sock"; }
    std::filesystem::path group_lock() const { return home / "lock" / "group"; }
    std::filesystem::path definition_lock() const { return home / "lock" / "definition"; }
    std::filesystem::path edit_lock(std::string_view name) const {
        return home / "lock" / ("edit." + std::string(name));
    }
    std::filesystem::path files_lock(std::string_view what) const {
        return home / "lock" / ("files." + std::string(what));
    }
    std::filesystem::path script() const { return home / "script"; }
    std::filesystem::path roles() const { return home / "role"; }
    std::filesystem::path role(std::string_view name) const { return roles() / name; }
    std::filesystem::path logs(std::string_view name) const { return role(name) / "logs"; }
    std::filesystem::path history(std::string_view name) const { return role(name) / "history"; }
};

/// `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`, not beginning with "group". Fails with `invalid`, naming the rule.
/// @param noun  what it is the name of: `"x y" is no role name (...)`
Result<void> check_name(std::string_view name, std::string_view noun);
Result<void> check_role_name(std::string_view name);

/// A kernel lock on a file (of the open file: fcntl(2) F_OFD_SETLK), held until destroyed or until the process - and
/// all that inherited its descriptor - is gone. The file stays; what is in it means nothing.
class Lock {
public:
    /// Makes the file (0600) where its folder exists. Fails with `busy` when another holds it, at once or after
    /// `patience`. The descriptor is close-on-exec.
    static Result<Lock> take(const std::filesystem::path& file, Duration patience = Duration::zero());
    /// A lock on a folder itself (flock(2)), which goes with the folder and not with its name, and cannot be asked for.
    static Result<Lock> take_folder(const std::filesystem::path& folder, Duration patience = Duration::zero());
    /// Whether somebody holds it, this process included. Only asks the kernel: never disturbs one who takes it.
    static bool held(const std::filesystem::path& file);
    int fd() const { return fd_.get(); }

private:
    explicit Lock(Fd fd) : fd_(std::move(fd)) {}
    Fd fd_;
};

/// Makes `role/<name>`, and `role` itself. Fails with `invalid` when one of them is there and no folder: a link is
/// never followed out of the home.
Result<void> make_role_folder(const Paths& paths, std::string_view name);

/// A folder with a definition and what its roles leave behind. A value: holds only where it is.
class Home {
public:
    /// Makes the folders (missing parents too) and a definition, without roles unless given. Fails with `busy`
    /// ("existing folder") when it exists, with `invalid` when the definition is wrong. The home appears whole or not
    /// at all; a failure leaves nothing behind. A main role may be named that is still to be added.
    /// @param fill  adds to the home before it gets its name
    static Result<Home> create(const std::filesystem::path& path, const codec::Value& definition = codec::Object{},
                               const std::function<Result<void>(const Paths& draft)>& fill = {});
    /// Fails with `missing` when there is none (no folder, or no definition in it), with `invalid` when it belongs to
    /// another user or others may write to it (like ssh's StrictModes: its commands would run as you; root may open
    /// anybody's only when not writable by others). A lost `lock` folder is made again.
    static Result<Home> open(const std::filesystem::path& path);

    const Paths& paths() const { return paths_; }
    bool running() const { return Lock::held(paths_.group_lock()); }
    /// Whether it is one that the Python library's command made, and nothing has changed since: what its roles' files
    /// say is its definition (python_home.hpp), and the first change writes it as layer-cake.yaml.
    bool python() const;

    /// The definition as a Source (variables are not replaced a second time: the stored file is frozen), and as a
    /// Group.
    tl::expected<Source, std::vector<Problem>> source() const;
    tl::expected<Group, std::vector<Problem>> group() const;
    /// What the group would be with another definition.
    tl::expected<Group, std::vector<Problem>> group_of(const codec::Value& definition) const;

    /// Changes the definition under its lock: reads it, lets `edit` change the value, checks the result, replaces the
    /// file, makes missing role folders. When `edit` or the check fails, nothing changes. Fails with `busy` when
    /// another command holds the definition for 10 s. Comments in the file outside changed roles need not survive.
    Result<void> change(const std::function<Result<void>(codec::Value& definition)>& edit);

    /// Makes the folders of a role; removes those of one that is gone.
    Result<void> make_role(std::string_view name) const;
    Result<void> remove_role(std::string_view name) const;
    /// Removes everything, the definition last: until then it can be repeated. Fails with `busy` while the group runs,
    /// with `invalid` when the home's path is a symbolic link. Follows none, and leaves other file systems alone.
    Result<void> destroy();

private:
    Result<codec::Value> stored() const; ///< the definition as it lies there
    Result<void> make_roles(const Group& group) const;
    tl::expected<Group, std::vector<Problem>> group_being_made(const codec::Value& definition) const;

    explicit Home(std::filesystem::path absolute) : paths_{std::move(absolute)} {}
    Paths paths_;
};

} // namespace layer_cake::home
