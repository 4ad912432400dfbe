#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/home/hand_over.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace layer_cake::home {
namespace {

constexpr mode_t way = 0711, readable = 0755;
constexpr int deepest = 64; ///< folders within folders; what lies deeper keeps its owner

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

Fd open_folder(int in, const std::string& name) {
    return Fd(::openat(in, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// A folder that exists afterwards, and lets through at least as `mode` says.
Fd way_through(int in, const std::string& name, mode_t mode) {
    if (::mkdirat(in, name.c_str(), 0700) != 0 && errno != EEXIST) return {};
    auto folder = open_folder(in, name);
    struct stat facts {};
    if (!folder || ::fstat(folder.get(), &facts) != 0) return {};
    if ((facts.st_mode & mode) != mode && ::fchmod(folder.get(), (facts.st_mode & 07777) | mode) != 0) return {};
    return folder;
}

/// What was `before`'s or root's becomes `owner`'s. Each is held while it is looked at: its name may get another file.
bool give(const Fd& folder, uid_t before, Owner owner, int depth) {
    if (::fchown(folder.get(), owner.uid, owner.gid) != 0) return false;
    const int again = ::fcntl(folder.get(), F_DUPFD_CLOEXEC, 0);
    const std::unique_ptr<DIR, CloseFolder> listing(again < 0 ? nullptr : ::fdopendir(again));
    if (!listing) return false;
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string name = entry->d_name;
        if (name == "." || name == "..") continue;
        const Fd held(::openat(folder.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        struct stat facts {};
        if (!held || ::fstat(held.get(), &facts) != 0) continue; // gone meanwhile
        if (S_ISDIR(facts.st_mode)) {
            const bool moves = facts.st_uid == 0 || facts.st_uid == before || facts.st_uid == owner.uid;
            if (!moves || depth == deepest) continue;
            const auto below = open_folder(held.get(), ".");
            if (!below || !give(below, before, owner, depth + 1)) return false;
        } else if (facts.st_nlink == 1 && facts.st_uid != owner.uid && (facts.st_uid == 0 || facts.st_uid == before)) {
            if (::fchownat(held.get(), "", owner.uid, owner.gid, AT_EMPTY_PATH) != 0) return false;
        }
    }
    return true;
}

} // namespace

Result<void> hand_over_role(const Paths& paths, std::string_view role, std::string_view executable, Owner owner) {
    const auto failed = [&] {
        return fail(system_error(fmt::format("cannot give role \"{}\" its folders", role), errno));
    };
    if (owner.uid == 0) {
        struct stat facts {};
        if (::lstat((paths.role(role) / "model").c_str(), &facts) != 0 || facts.st_uid == 0) return ok();
    } else {
        const auto home = way_through(AT_FDCWD, paths.home.string(), way);
        const auto resources = home ? way_through(home.get(), "resource", way) : Fd();
        const auto roles = resources ? way_through(home.get(), "role", way) : Fd();
        if (!roles || !way_through(roles.get(), std::string(role), way)) return failed();
        if (!executable.empty() && !way_through(resources.get(), std::string(executable), readable)) return failed();
    }
    const auto own = open_folder(AT_FDCWD, paths.role(role).string());
    if (!own) return failed();
    for (const char* name : {"model", "tmp", "lock", "returned"}) {
        if (::mkdirat(own.get(), name, 0700) != 0 && errno != EEXIST) return failed();
        const auto folder = open_folder(own.get(), name);
        struct stat facts {};
        if (!folder || ::fstat(folder.get(), &facts) != 0) return failed();
        // What commands put into a folder of a user's is the user's, but for locks.
        if (facts.st_uid == owner.uid && (owner.uid == 0 || name != std::string_view("lock"))) continue;
        if (!give(folder, facts.st_uid, owner, 0)) return failed();
    }
    return ok();
}

} // namespace layer_cake::home
