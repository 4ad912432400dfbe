#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/file.hpp>
#include <sys/random.h>
#include <sys/stat.h>

namespace layer_cake {
namespace {

namespace fs = std::filesystem;

std::string about(const char* verb, const fs::path& path) {
    return fmt::format("cannot {} \"{}\"", verb, path.native());
}

bool write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t wrote = ::write(fd, content.data(), content.size());
        if (wrote < 0) {
            if (errno == EINTR) continue;
            return false;
        }
        content.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
}

} // namespace

std::string temporary_name() {
    std::uint64_t words[2] = {};
    // A short answer is impossible below 256 bytes; a kernel without getrandom leaves zeros, and O_EXCL still guards.
    if (::getrandom(words, sizeof words, 0) < 0) words[0] = static_cast<std::uint64_t>(::getpid());
    return fmt::format(".layer-cake-{:016x}{:016x}.tmp", words[0], words[1]);
}

bool is_temporary_name(std::string_view name) {
    return name.starts_with(".layer-cake-") && name.ends_with(".tmp");
}

Result<std::string> read_file(const fs::path& path, std::uint64_t limit) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    if (!file) return fail(system_error(about("open", path), errno));
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) return fail(system_error(about("read", path), errno));
    if (!S_ISREG(facts.st_mode))
        return fail(Fault::invalid, fmt::format("\"{}\" is not a regular file", path.native()));
    const auto too_large = [&] {
        return fail(Fault::invalid, fmt::format("\"{}\" is larger than {} bytes", path.native(), limit));
    };
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    if (size > limit) return too_large();

    // One byte more than expected shows the end, or that the file grew; files of /proc say size 0.
    std::string content;
    std::size_t used = 0;
    content.resize(static_cast<std::size_t>(size == 0 ? 4096 : size + 1));
    for (;;) {
        if (used == content.size()) content.resize(content.size() * 2);
        const ssize_t got = ::read(file.get(), content.data() + used, content.size() - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(system_error(about("read", path), errno));
        if (got == 0) break;
        used += static_cast<std::size_t>(got);
        if (used > limit) return too_large();
    }
    content.resize(used);
    return content;
}

Result<void> replace_file(const fs::path& path, std::string_view content, unsigned mode) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const fs::path name = path.filename();
    const auto failed = [&] { return fail(system_error(about("write", path), errno)); };

    const Fd holder(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!holder) return failed();
    const std::string temporary = temporary_name();
    Fd file(::openat(holder.get(), temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return failed();

    if (!write_all(file.get(), content) || ::fchmod(file.get(), mode) != 0 || ::fsync(file.get()) != 0 ||
        ::renameat(holder.get(), temporary.c_str(), holder.get(), name.c_str()) != 0) {
        const int reason = errno;
        ::unlinkat(holder.get(), temporary.c_str(), 0);
        errno = reason;
        return failed();
    }
    if (::fsync(holder.get()) != 0) return failed();
    return ok();
}

Result<void> make_folder(const fs::path& path, unsigned mode) {
    if (::mkdir(path.c_str(), mode) == 0) return ok();
    const int reason = errno;
    struct stat facts {};
    if (reason == EEXIST && ::stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode)) return ok();
    return fail(system_error(about("make folder", path), reason));
}

} // namespace layer_cake
