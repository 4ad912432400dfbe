#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/place_file.hpp>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <vector>

namespace layer_cake::home {
namespace {

constexpr std::size_t step = 8u << 20, buffer_size = 256u << 10;

bool refuses_by_kind(int number) {
    return number == EXDEV || number == EINVAL || number == EOPNOTSUPP || number == ENOSYS || number == ETXTBSY ||
           number == EPERM || number == ENOTTY;
}

/// Copies a stretch through our memory. False with errno.
bool copy_by_hand(int from, int to, off_t at, off_t end, const CopiedBytes& copied) {
    static thread_local std::vector<char> buffer(buffer_size);
    while (at < end) {
        const auto wanted = static_cast<std::size_t>(std::min<off_t>(end - at, static_cast<off_t>(buffer.size())));
        const ssize_t got = ::pread(from, buffer.data(), wanted, at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return false;
        if (got == 0) return true; // it became shorter: the caller sees that
        for (ssize_t done = 0; done < got;) {
            const ssize_t put = ::pwrite(to, buffer.data() + done, static_cast<std::size_t>(got - done), at + done);
            if (put < 0 && errno != EINTR) return false;
            if (put > 0) done += put;
        }
        at += got;
        if (copied) copied(static_cast<std::uint64_t>(got));
    }
    return true;
}

/// Copies a stretch, within the kernel where it can. False with errno.
bool copy_stretch(int from, int to, off_t at, off_t end, const CopiedBytes& copied) {
    // What fits one buffer is sooner read and written than handed from file to file.
    if (end - at <= static_cast<off_t>(buffer_size)) return copy_by_hand(from, to, at, end, copied);
    while (at < end) {
        off_t in = at, out = at;
        const auto wanted = std::min<off_t>(end - at, static_cast<off_t>(step));
        const ssize_t got = ::copy_file_range(from, &in, to, &out, static_cast<std::size_t>(wanted), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && refuses_by_kind(errno)) return copy_by_hand(from, to, at, end, copied);
        if (got < 0) return false;
        if (got == 0) return copy_by_hand(from, to, at, end, copied); // some file systems say so and have more
        at += got;
        if (copied) copied(static_cast<std::uint64_t>(got));
    }
    return true;
}

bool clone(int from, int to, const struct stat& facts, const CopiedBytes& copied) {
    static thread_local dev_t cannot = 0; // a file system that has refused once is not asked again
    if (facts.st_dev == cannot || facts.st_size == 0) return false;
    if (::ioctl(to, FICLONE, from) == 0) {
        if (copied) copied(static_cast<std::uint64_t>(facts.st_size));
        return true;
    }
    if (errno == EOPNOTSUPP || errno == ENOTTY) cannot = facts.st_dev;
    return false;
}

bool copy_content(int from, int to, const struct stat& facts, const CopiedBytes& copied) {
    if (clone(from, to, facts, copied)) return true;
    const off_t size = facts.st_size;
    if (facts.st_blocks * 512 >= size) return copy_stretch(from, to, 0, size, copied);
    off_t at = 0; // it has holes
    while (at < size) {
        const off_t data = ::lseek(from, at, SEEK_DATA);
        if (data < 0 && errno == ENXIO) break;
        if (data < 0) return copy_stretch(from, to, at, size, copied);
        off_t hole = ::lseek(from, data, SEEK_HOLE);
        if (hole < 0) hole = size;
        if (copied) copied(static_cast<std::uint64_t>(data - at));
        if (!copy_stretch(from, to, data, std::min(hole, size), copied)) return false;
        at = hole;
    }
    return ::ftruncate(to, size) == 0;
}

bool same_state(const struct stat& a, const struct stat& b) {
    return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

Fd open_regular(int folder, const std::string& name, struct stat& facts) {
    Fd fd(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    if (fd && ::fstat(fd.get(), &facts) != 0) fd.reset();
    if (fd && !S_ISREG(facts.st_mode)) {
        errno = ELOOP;
        fd.reset();
    }
    return fd;
}

} // namespace

std::optional<FileOwner> owner_to_give(int folder) {
    struct stat facts {};
    if (::geteuid() != 0 || ::fstat(folder, &facts) != 0 || facts.st_uid == 0) return std::nullopt;
    return FileOwner{facts.st_uid, facts.st_gid};
}

Result<void> copy_to_temporary(int from, const std::string& name, int to, const std::string& temporary,
                               const std::optional<FileOwner>& owner, std::string_view shown,
                               const CopiedBytes& copied) {
    const auto failed = [&](std::string_view verb) {
        return fail(system_error(fmt::format("cannot {} \"{}\"", verb, terminal_safe(shown)), errno));
    };
    struct stat facts {
    }, after{};
    const Fd source = open_regular(from, name, facts);
    if (!source && errno == ELOOP)
        return fail(Fault::invalid, fmt::format("\"{}\" is no file any more", terminal_safe(shown)));
    if (!source) return failed("read");
    const Fd target(::openat(to, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!target) return failed("write");
    const auto give_up = [&](auto error) {
        ::unlinkat(to, temporary.c_str(), 0);
        return error;
    };
    for (int attempt = 0;; ++attempt) {
        if (!copy_content(source.get(), target.get(), facts, copied)) return give_up(failed("copy"));
        if (::fstat(source.get(), &after) != 0) return give_up(failed("read"));
        if (same_state(facts, after)) break;
        if (attempt == 2)
            return give_up(fail(Fault::busy, fmt::format("\"{}\" is being written: it did not stay the same while it "
                                                         "was copied",
                                                         terminal_safe(shown))));
        facts = after;
        if (::ftruncate(target.get(), 0) != 0) return give_up(failed("copy"));
    }
    const std::array<timespec, 2> times{timespec{0, UTIME_OMIT}, facts.st_mtim};
    if (owner && ::fchown(target.get(), owner->user, owner->group) != 0) return give_up(failed("write"));
    if (::fchmod(target.get(), facts.st_mode & 0777) != 0 || ::futimens(target.get(), times.data()) != 0)
        return give_up(failed("write"));
    return ok();
}

bool same_content(int folder_a, const std::string& a, int folder_b, const std::string& b) {
    struct stat facts_a {
    }, facts_b{};
    const Fd one = open_regular(folder_a, a, facts_a), other = open_regular(folder_b, b, facts_b);
    if (!one || !other || facts_a.st_size != facts_b.st_size) return false;
    std::vector<char> left(buffer_size), right(buffer_size);
    const auto read_at = [](int fd, std::vector<char>& into, off_t at) {
        std::size_t have = 0;
        while (have < into.size()) {
            const ssize_t got = ::pread(fd, into.data() + have, into.size() - have, at + static_cast<off_t>(have));
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return got < 0 ? std::size_t{0} : have;
            have += static_cast<std::size_t>(got);
        }
        return have;
    };
    for (off_t at = 0; at < facts_a.st_size;) {
        const auto got = read_at(one.get(), left, at);
        if (got == 0 || read_at(other.get(), right, at) != got) return false;
        if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(got), right.begin())) return false;
        at += static_cast<off_t>(got);
    }
    return true;
}

} // namespace layer_cake::home
