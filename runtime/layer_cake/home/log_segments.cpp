#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/home/log_segments.hpp>
#include <memory>
#include <sys/stat.h>

namespace layer_cake::home {
namespace {

/// The number in `NNNNNNNN.<suffix>`, or 0.
std::uint32_t segment_number(const char* name) {
    std::uint32_t number = 0;
    for (int at = 0; at < 8; ++at) {
        if (name[at] < '0' || name[at] > '9') return 0;
        number = number * 10 + static_cast<std::uint32_t>(name[at] - '0');
    }
    return name[8] == '.' ? number : 0;
}

} // namespace

std::string data_name(std::uint32_t number) {
    return fmt::format("{:08}.log", number);
}
std::string index_name(std::uint32_t number) {
    return fmt::format("{:08}.idx", number);
}

Result<Fd> open_log_folder(const std::filesystem::path& folder) {
    const Fd above(::open(folder.parent_path().c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    Fd fd;
    if (above)
        fd = Fd(::openat(above.get(), folder.filename().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (fd) return fd;
    Error error = system_error(fmt::format("cannot open folder \"{}\"", folder.native()), errno);
    if (errno != ENOENT) error.fault = Fault::system; // a link, or no folder
    return fail(std::move(error));
}

std::vector<SegmentFiles> list_segments(int folder) {
    std::vector<SegmentFiles> found;
    // A descriptor of its own: a duplicate would share the position with other listings.
    Fd own(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!own) return found;
    std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(own.get()), ::closedir);
    if (!listing) return found;
    (void)own.release();
    while (const auto* entry = ::readdir(listing.get())) {
        const auto number = segment_number(entry->d_name);
        const bool data = number && !std::strcmp(entry->d_name + 8, ".log");
        const bool index = number && !std::strcmp(entry->d_name + 8, ".idx");
        if (data || index) found.push_back({number, data, index});
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    std::size_t kept = 0;
    for (const auto& one : found) {
        if (kept && found[kept - 1].number == one.number) {
            found[kept - 1].data |= one.data;
            found[kept - 1].index |= one.index;
        } else {
            found[kept++] = one;
        }
    }
    found.resize(kept);
    return found;
}

Fd open_log_file(int folder, const std::string& name, bool writable) {
    Fd fd(::openat(folder, name.c_str(), (writable ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat about {};
    if (fd && (::fstat(fd.get(), &about) || !S_ISREG(about.st_mode))) fd.reset();
    return fd;
}

std::uint64_t file_size(int fd) {
    struct stat about {};
    return ::fstat(fd, &about) ? 0 : static_cast<std::uint64_t>(about.st_size);
}

} // namespace layer_cake::home
