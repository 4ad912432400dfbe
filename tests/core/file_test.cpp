#include "tests/core/temporary_folder.hpp"
#include <csignal>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <layer_cake/core/file.hpp>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace layer_cake;
namespace fs = std::filesystem;

namespace {

std::size_t entries(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

unsigned mode_of(const fs::path& path) {
    struct stat facts {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 07777;
}

} // namespace

TEST_CASE("what is written whole is read whole") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "file";
    for (const std::size_t size : {0u, 1u, 4095u, 4096u, 4097u, 300'000u}) {
        const std::string content(size, 'x');
        REQUIRE(replace_file(path, content));
        CHECK(read_file(path) == content);
    }
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("the mode is set exactly, whatever the umask") {
    const TemporaryFolder folder;
    const auto before = ::umask(0077);
    REQUIRE(replace_file(folder.path() / "a", "x", 0644));
    REQUIRE(replace_file(folder.path() / "b", "x"));
    ::umask(before);
    CHECK(mode_of(folder.path() / "a") == 0644);
    CHECK(mode_of(folder.path() / "b") == 0600);
}

TEST_CASE("a file that cannot be written keeps its old content and leaves nothing beside it") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "file";
    REQUIRE(replace_file(path, "old"));
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{1000, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small); // as full a disk as a test can make
    const auto wrote = replace_file(path, std::string(5000, 'x'));
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, handler);
    REQUIRE_FALSE(wrote);
    CHECK(wrote.error().fault == Fault::system);
    CHECK(read_file(path) == "old");
    CHECK(entries(folder.path()) == 1);

    fs::create_directory(folder.path() / "folder");
    CHECK_FALSE(replace_file(folder.path() / "folder", "x"));
    CHECK(entries(folder.path()) == 2);
    CHECK(replace_file(folder.path() / "none" / "file", "x").error().fault == Fault::missing);
}

TEST_CASE("a link is replaced, not followed") {
    const TemporaryFolder folder;
    REQUIRE(replace_file(folder.path() / "target", "precious"));
    fs::create_symlink("target", folder.path() / "link");
    REQUIRE(replace_file(folder.path() / "link", "new"));
    CHECK(read_file(folder.path() / "target") == "precious");
    CHECK_FALSE(fs::is_symlink(folder.path() / "link"));
}

TEST_CASE("only regular files are read, and nothing is waited for") {
    const TemporaryFolder folder;
    const auto fifo = folder.path() / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(read_file(fifo).error().fault == Fault::invalid);
    CHECK(read_file(folder.path()).error().fault == Fault::invalid);
    CHECK(read_file("/dev/zero").error().fault == Fault::invalid);
    CHECK(read_file(folder.path() / "none").error().fault == Fault::missing);
    CHECK(read_file("/proc/self/status").value().size() > 100);
}

TEST_CASE("a file above the limit is refused") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "file";
    REQUIRE(replace_file(path, "12345"));
    CHECK(read_file(path, 5) == "12345");
    CHECK(read_file(path, 4).error().fault == Fault::invalid);
    CHECK(read_file("/proc/self/status", 10).error().fault == Fault::invalid); // says it is empty
}

TEST_CASE("a folder is made once and may be there already") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "new";
    CHECK(make_folder(path));
    CHECK(make_folder(path));
    CHECK(mode_of(path) == 0700);
    CHECK(make_folder(path / "a" / "b").error().fault == Fault::missing);
    REQUIRE(replace_file(folder.path() / "file", ""));
    CHECK_FALSE(make_folder(folder.path() / "file"));
}

TEST_CASE("a tree is removed with everything in it, links not followed") {
    const TemporaryFolder folder;
    const auto tree = folder.path() / "tree";
    const auto outside = folder.path() / "outside";
    fs::create_directories(tree / "a" / "b" / "c");
    fs::create_directories(tree / "d");
    fs::create_directories(outside);
    REQUIRE(replace_file(outside / "kept", "x"));
    fs::create_symlink(outside, tree / "a" / "link");
    fs::create_symlink("nowhere", tree / "dangling");
    for (int i = 0; i < 500; ++i)
        REQUIRE(::close(::open((tree / "d" / std::to_string(i)).c_str(), O_CREAT | O_WRONLY, 0600)) == 0);
    CHECK(remove_tree(tree));
    CHECK_FALSE(fs::exists(tree));
    CHECK(fs::exists(outside / "kept"));

    fs::create_directory_symlink(outside, tree);
    CHECK(remove_tree(tree));
    CHECK_FALSE(fs::is_symlink(tree));
    CHECK(fs::exists(outside / "kept"));
    CHECK(remove_tree(tree));
    CHECK(remove_tree(folder.path() / "none" / "none"));
    CHECK(remove_tree(outside / "")); // a trailing slash
    CHECK_FALSE(fs::exists(outside));
}

TEST_CASE("no tree is too deep to remove") { // more levels than descriptors at the usual limit
    const TemporaryFolder folder;
    fs::create_directory(folder.path() / "top");
    Fd here(::open((folder.path() / "top").c_str(), O_RDONLY | O_DIRECTORY));
    for (int i = 0; i < 1500; ++i) {
        REQUIRE(::mkdirat(here.get(), "x", 0700) == 0);
        Fd next(::openat(here.get(), "x", O_RDONLY | O_DIRECTORY));
        here = std::move(next);
    }
    here.reset();
    CHECK(remove_tree(folder.path() / "top"));
    CHECK(entries(folder.path()) == 0);
}

TEST_CASE("a descriptor closes once and keeps errno") {
    Fd first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int number = first.get();
    Fd second(std::move(first));
    CHECK_FALSE(first);
    CHECK(second.get() == number);
    errno = EAGAIN;
    second.reset();
    CHECK(errno == EAGAIN);
    CHECK(::fcntl(number, F_GETFD) == -1);
}
