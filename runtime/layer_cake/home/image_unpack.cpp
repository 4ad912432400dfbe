#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/beneath.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/image.hpp>
#include <sys/stat.h>

namespace layer_cake::home {
namespace {

using Kind = TreeEntry::Kind;

std::array<timespec, 2> times_of(std::int64_t modified) {
    constexpr std::int64_t second = 1'000'000'000;
    const auto part = (modified % second + second) % second;
    return {timespec{0, UTIME_OMIT},
            timespec{static_cast<time_t>((modified - part) / second), static_cast<long>(part)}};
}

class Unpacker {
public:
    Unpacker(const SyncTarget& into, const SyncOptions& options) : into_(into), options_(options) {}

    Result<void> entry(const ImageEntry& entry, std::int64_t modified) {
        const auto slash = entry.path.rfind('/');
        const std::string_view folder =
            slash == std::string::npos ? std::string_view() : std::string_view(entry.path).substr(0, slash);
        name_ = entry.path.substr(slash + 1);
        path_ = entry.path;
        if (!held_ || held_path_ != folder) {
            held_ = open_beneath(into_.folder, folder, O_RDONLY | O_DIRECTORY);
            held_path_ = folder;
            if (!held_) return failed();
        }
        switch (entry.kind) {
        case Kind::folder:
            folders_.push_back({entry.path, entry.mode, modified});
            return ::mkdirat(held_.get(), name_.c_str(), 0700) == 0 ? ok() : failed();
        case Kind::link:
            return ::symlinkat(entry.link.c_str(), held_.get(), name_.c_str()) == 0 ? ok() : failed();
        case Kind::file:
            break;
        }
        mode_ = entry.mode;
        modified_ = modified;
        file_ = Fd(::openat(held_.get(), name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        return file_ ? ok() : failed();
    }

    Result<void> content(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t put = ::write(file_.get(), bytes.data(), bytes.size());
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return failed();
            bytes.remove_prefix(static_cast<std::size_t>(put));
            progress_.bytes += static_cast<std::uint64_t>(put);
        }
        if (options_.progress) options_.progress(progress_);
        return ok();
    }

    Result<void> end_of_file() {
        const auto times = times_of(modified_);
        if (::fchmod(file_.get(), mode_) != 0 || ::futimens(file_.get(), times.data()) != 0) return failed();
        file_.reset();
        ++progress_.files;
        return ok();
    }

    /// Folders get their modes and times, the deepest first; then all of it is on the disk.
    Result<void> finish() {
        held_.reset();
        for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) {
            path_ = folder->path;
            const Fd fd = open_beneath(into_.folder, folder->path, O_RDONLY | O_DIRECTORY);
            const auto times = times_of(folder->modified);
            if (!fd || ::fchmod(fd.get(), folder->mode) != 0 || ::futimens(fd.get(), times.data()) != 0)
                return failed();
        }
        path_.clear();
        return !options_.durable || ::syncfs(into_.folder) == 0 ? ok() : failed();
    }

private:
    Result<void> failed() const {
        return fail(system_error(fmt::format("cannot write \"{}/{}\"", terminal_safe(into_.path), terminal_safe(path_)),
                                 errno));
    }

    struct Folder {
        std::string path;
        unsigned mode;
        std::int64_t modified;
    };

    const SyncTarget& into_;
    const SyncOptions& options_;
    Fd held_, file_;
    std::string held_path_, name_, path_;
    unsigned mode_ = 0;
    std::int64_t modified_ = 0;
    std::vector<Folder> folders_;
    SyncProgress progress_;
};

} // namespace

Result<ImageFacts> unpack_image(const std::filesystem::path& file, const SyncTarget& into,
                                const std::function<Result<void>(const ImageHead&)>& accept, std::uint64_t most_bytes,
                                const SyncOptions& options) {
    const auto failed = [&] {
        return fail(system_error(fmt::format("cannot read \"{}\"", terminal_safe(file.native())), errno));
    };
    const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat facts {};
    if (!fd || ::fstat(fd.get(), &facts) != 0) return failed();
    if (!S_ISREG(facts.st_mode))
        return fail(Fault::invalid, fmt::format("\"{}\" is not a regular file", terminal_safe(file.native())));
    std::vector<char> buffer(256u << 10);
    const ImageBytes bytes = [&]() -> Result<std::span<const char>> {
        for (;;) {
            const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
            if (got >= 0) return std::span<const char>(buffer.data(), static_cast<std::size_t>(got));
            if (errno != EINTR) return failed();
        }
    };
    Unpacker unpacker(into, options);
    ImageSink sink;
    sink.begin = [&](const ImageFacts& image) { return accept ? accept(image.head) : ok(); };
    sink.entry = [&](const ImageEntry& entry, std::int64_t modified) { return unpacker.entry(entry, modified); };
    sink.content = [&](std::string_view some) { return unpacker.content(some); };
    sink.end_of_file = [&] { return unpacker.end_of_file(); };
    auto read = read_image(bytes, sink, most_bytes);
    if (!read) return read;
    if (auto finished = unpacker.finish(); !finished) return fail(std::move(finished).error());
    return read;
}

} // namespace layer_cake::home
