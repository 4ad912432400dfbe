// What a kernel, a sandbox or a file system has not is done without.
#include "sync_fixture.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <vector>

namespace {

/// A system call that fails, of whatever second argument or of that one.
struct Refused {
    long call;
    int error;
    std::uint32_t second = 0;
};

bool refuse(const Refused& refused) {
    const auto error = SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(refused.error);
    const auto number = static_cast<std::uint32_t>(refused.call);
    const auto argument = static_cast<std::uint32_t>(offsetof(seccomp_data, args) + sizeof(std::uint64_t));
    const std::uint8_t other = refused.second != 0 ? 3 : 1;
    std::vector<sock_filter> filter{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                                    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, other)};
    if (refused.second != 0) {
        filter.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, argument));
        filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refused.second, 0, 1));
    }
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, error));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/// What `work` says is wrong in a process in which a call is refused; nothing where there can be no such process.
std::string where(const Refused& refused, const std::function<std::string()>& work) {
    constexpr int fine = 0, wrong = 1, cannot = 2;
    int pipe[2];
    REQUIRE(::pipe2(pipe, O_CLOEXEC) == 0);
    const Fd read_end(pipe[0]);
    Fd write_end(pipe[1]);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (!refuse(refused)) ::_exit(cannot);
        const auto said = work();
        (void)!::write(write_end.get(), said.data(), said.size());
        ::_exit(said.empty() ? fine : wrong);
    }
    write_end.reset();
    std::array<char, 1000> said{};
    const auto size = ::read(read_end.get(), said.data(), said.size());
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    if (WEXITSTATUS(status) == cannot) MESSAGE("no seccomp here");
    return {said.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

/// Copies small, large and sparse files, links and folders, and compares.
std::string copies_are_the_same() {
    const Folders at;
    fs::create_directories(at.from / "a" / "b");
    std::string large;
    for (int i = 0; i < 300'000; ++i)
        large += std::to_string(i);
    write(at.from / "a" / "large", large);
    write(at.from / "a" / "b" / "small", "small");
    write(at.from / "sparse", "start");
    fs::resize_file(at.from / "sparse", 4u << 20);
    fs::create_symlink("a/b", at.from / "link");
    const auto done = sync(at.from, at.to);
    if (!done) return done.error().detail;
    for (const char* path : {"a/large", "a/b/small", "sparse"})
        if (read(at.from / path) != read(at.to / path)) return path;
    const auto snapshot = at.folder.path() / "snapshot";
    for (int round = 0; round < 2; ++round)
        if (auto taken = take_snapshot(at.from, snapshot, {.durable = false}); !taken) return taken.error().detail;
    return read(snapshot / "link" / "small") == "small" ? "" : "the snapshot";
}

} // namespace

TEST_CASE("without openat2, no path and no race leads out either") {
    for (const int error : {ENOSYS, EPERM}) {
        CAPTURE(error);
        const Refused openat2{SYS_openat2, error};
        CHECK(where(openat2, paths_lead_nowhere) == "");
        CHECK(where(openat2, [] { return races_lead_nowhere(100); }) == "");
        CHECK(where(openat2, copies_are_the_same) == "");
    }
}

TEST_CASE("files are copied whatever the kernel does not copy by itself") {
    for (const int error : {EOPNOTSUPP, EXDEV, EINVAL, ENOTTY, EPERM, ENOSYS, ETXTBSY}) {
        CAPTURE(error);
        CHECK(where({SYS_ioctl, error, FICLONE}, copies_are_the_same) == "");
        if (error != ENOTTY) CHECK(where({SYS_copy_file_range, error}, copies_are_the_same) == "");
    }
    CHECK(where({SYS_lseek, EINVAL}, copies_are_the_same) == "");
}

TEST_CASE("a file system that cannot exchange two folders is told of, and keeps the snapshot that is there") {
    const auto refused = [] {
        const Folders at;
        const auto target = at.folder.path() / "snapshot";
        write(at.from / "a", "new");
        if (auto taken = take_snapshot(at.from, target, {.durable = false}); !taken) return taken.error().detail;
        write(at.from / "a", "newer");
        const auto again = take_snapshot(at.from, target, {.durable = false});
        if (again) return std::string("it says it is done");
        const auto wanted = "cannot replace \"" + target.native() + "\": its file system cannot exchange two folders";
        if (again.error().detail != wanted) return again.error().detail;
        if (read(target / "a") != "new") return std::string("it has changed");
        const auto left = std::distance(fs::directory_iterator(at.folder.path()), fs::directory_iterator());
        return left == 3 ? std::string() : std::string("something is left");
    };
    CHECK(where({SYS_renameat2, EINVAL}, refused) == "");
    CHECK(where({SYS_renameat2, ENOSYS}, refused) == "");
}
