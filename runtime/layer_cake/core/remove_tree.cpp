#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/file.hpp>
#include <memory>
#include <sys/stat.h>
#include <vector>

namespace layer_cake {
namespace {

struct CloseFolder {
    void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

/// Walks down and up with one open folder at a time, so that no tree is too deep: a program
/// inside a group may have made it. The way up is `..`, checked to be the folder left before.
class Removal {
public:
    explicit Removal(const std::filesystem::path& root) : root_(root) {}

    Result<void> run() {
        const auto parent = root_.has_parent_path() ? root_.parent_path() : std::filesystem::path(".");
        Fd above(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!above) return errno == ENOENT ? ok() : refused();
        return run(std::move(above), root_.filename());
    }

    Result<void> run(Fd above, const std::filesystem::path& name) {
        struct stat facts {};
        if (::fstatat(above.get(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0)
            return errno == ENOENT ? ok() : refused();
        if (!S_ISDIR(facts.st_mode)) {
            if (::unlinkat(above.get(), name.c_str(), 0) == 0 || errno == ENOENT) return ok();
            return refused();
        }
        device_ = facts.st_dev;
        current_ = std::move(above);
        if (auto entered = enter(name.native()); !entered) return entered;
        while (!way_.empty()) {
            auto next = clear();
            if (!next) return fail(std::move(next).error());
            auto moved = next->empty() ? leave() : enter(*next);
            if (!moved) return moved;
        }
        return ok();
    }

private:
    struct Step {
        std::string name;
        dev_t above_device;
        ino_t above_inode;
    };

    tl::unexpected<Error> refused() const {
        return fail(system_error(fmt::format("cannot remove \"{}\"", where()), errno));
    }
    std::string where() const {
        auto path = root_;
        for (std::size_t i = 1; i < way_.size() && i < 20; ++i)
            path /= way_[i].name;
        return path.native();
    }

    Result<void> enter(const std::string& name) {
        struct stat above {
        }, inside{};
        if (::fstat(current_.get(), &above) != 0) return refused();
        way_.push_back({name, above.st_dev, above.st_ino});
        Fd next(::openat(current_.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!next || ::fstat(next.get(), &inside) != 0) return refused();
        if (inside.st_dev != device_)
            return fail(Fault::invalid, fmt::format("cannot remove \"{}\": it is on another file system", where()));
        current_ = std::move(next);
        return ok();
    }

    Result<void> leave() {
        const Step step = way_.back();
        Fd above(::openat(current_.get(), "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        struct stat facts {};
        if (!above || ::fstat(above.get(), &facts) != 0) return refused();
        if (facts.st_dev != step.above_device || facts.st_ino != step.above_inode)
            return fail(Fault::failed, fmt::format("cannot remove \"{}\": it was moved meanwhile", where()));
        if (::unlinkat(above.get(), step.name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) return refused();
        way_.pop_back();
        current_ = std::move(above);
        return ok();
    }

    /// Removes what can be removed here; the name of a folder to enter first, or empty when all is gone.
    Result<std::string> clear() {
        for (;;) {
            // A pass that removed something is followed by another: a file system may skip names while others go.
            bool removed = false;
            Fd again(::openat(current_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
            if (!again) return refused();
            const Folder folder(::fdopendir(again.get()));
            if (!folder) return refused();
            again.release();
            for (errno = 0; const dirent* entry = ::readdir(folder.get()); errno = 0) {
                const std::string_view name = entry->d_name;
                if (name == "." || name == "..") continue;
                if (::unlinkat(current_.get(), entry->d_name, 0) == 0 || errno == ENOENT) {
                    removed = true;
                    continue;
                }
                if (errno != EISDIR && errno != EPERM) return refused();
                if (::unlinkat(current_.get(), entry->d_name, AT_REMOVEDIR) == 0 || errno == ENOENT) {
                    removed = true;
                    continue;
                }
                if (errno == ENOTEMPTY || errno == EEXIST) return std::string(name);
                return refused();
            }
            if (errno != 0) return refused();
            if (!removed) return std::string();
        }
    }

    std::filesystem::path root_;
    dev_t device_ = 0;
    Fd current_;
    std::vector<Step> way_;
};

} // namespace

Result<void> remove_tree(const std::filesystem::path& path) {
    // A trailing slash would leave no name to remove.
    return Removal(path.has_filename() ? path : path.parent_path()).run();
}

Result<void> remove_tree_at(int folder, const std::string& name, const std::filesystem::path& shown) {
    Fd above(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!above) return fail(system_error(fmt::format("cannot remove \"{}\"", shown.native()), errno));
    return Removal(shown).run(std::move(above), name);
}

} // namespace layer_cake
