#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/supervise/cgroup.hpp>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace layer_cake::supervise {
namespace {

/// Where the cgroup v2 tree is mounted: `... - cgroup2 ...` in mountinfo, its fifth field.
std::string mount_point() {
    std::ifstream mounts("/proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
        if (line.find(" - cgroup2 ") == std::string::npos) continue;
        const auto fields = split(line, ' ');
        if (fields.size() > 4) return fields[4];
    }
    return {};
}

/// Our own cgroup, below the mount point: the line `0::/...`.
std::string own_path() {
    std::ifstream memberships("/proc/self/cgroup");
    for (std::string line; std::getline(memberships, line);)
        if (line.starts_with("0::/")) return line.substr(3);
    return {};
}

bool marked(const std::string& folder, const char* name) {
    char value[8];
    return ::getxattr(folder.c_str(), name, value, sizeof value) == 1 && value[0] == '1';
}

bool delegated(const std::string& folder) {
    struct stat info {};
    if (::stat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return false;
    if (marked(folder, "user.delegate") || marked(folder, "trusted.delegate")) return true;
    return ::geteuid() != 0 && info.st_uid == ::geteuid();
}

bool write_word(const std::string& file, std::string_view word) {
    const Fd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    return fd && ::write(fd.get(), word.data(), word.size()) == static_cast<ssize_t>(word.size());
}

std::string folder_of(const std::string& base, pid_t supervisor) {
    return fmt::format("{}/layer-cake.{}", base, supervisor);
}

} // namespace

Cgroups::Cgroups(std::string base) : base_(std::move(base)), folder_(folder_of(base_, ::getpid())) {}

std::optional<Cgroups> Cgroups::find() {
    std::string base;
    if (const char* named = ::getenv("LAYER_CAKE_CGROUP"); named && *named == '/') {
        base = named;
    } else {
        const auto mount = mount_point(), own = own_path();
        if (mount.empty() || own.empty()) return std::nullopt;
        base = own == "/" ? mount : mount + own;
        if (!delegated(base)) return std::nullopt;
    }
    if (::access((base + "/cgroup.procs").c_str(), W_OK) != 0 || ::access(base.c_str(), W_OK) != 0) return std::nullopt;
    return Cgroups(std::move(base));
}

std::string Cgroups::path(std::string_view role, std::string_view file) const {
    return fmt::format("{}/role-{}{}{}", folder_, role, file.empty() ? "" : "/", file);
}

Result<std::string> Cgroups::make(std::string_view role) const {
    for (const auto& made : {folder_, path(role)})
        if (::mkdir(made.c_str(), 0755) != 0 && errno != EEXIST)
            return fail(system_error(fmt::format("cannot make cgroup \"{}\"", made), errno));
    return path(role, "cgroup.procs");
}

bool Cgroups::kill(std::string_view role) const {
    return write_word(path(role, "cgroup.kill"), "1");
}

bool Cgroups::populated(std::string_view role) const {
    std::ifstream events(path(role, "cgroup.events"));
    for (std::string line; std::getline(events, line);)
        if (line == "populated 1") return true;
    return false;
}

bool Cgroups::remove(std::string_view role) const {
    return ::rmdir(path(role).c_str()) == 0 || errno == ENOENT;
}

void Cgroups::clear(pid_t supervisor) const {
    const auto folder = folder_of(base_, supervisor);
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
        if (entry.is_directory(ignored)) ::rmdir(entry.path().c_str());
    ::rmdir(folder.c_str());
}

} // namespace layer_cake::supervise
