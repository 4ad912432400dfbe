#include "sockets.hpp"
#include <doctest/doctest.h>
#include <fstream>
#include <sys/stat.h>

using namespace layer_cake;
using namespace layer_cake::net;

namespace {

/// A socket file whose listener is gone.
void leave_dead_socket(const std::string& path) {
    const auto address = unix_address(path);
    const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(fd.get(), address->base(), address->size) == 0);
}

} // namespace

TEST_CASE("a unix socket is for its owner alone, and its file goes with it") {
    TempFolder folder;
    const auto path = (folder.path / "s").string();
    {
        const auto listener = UnixListener::listen(path);
        REQUIRE(listener);
        struct stat there {};
        REQUIRE(::stat(path.c_str(), &there) == 0);
        CHECK(S_ISSOCK(there.st_mode));
        CHECK((there.st_mode & 0777) == 0600);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a dead socket's file is replaced, a live one's is refused as busy") {
    TempFolder folder;
    const auto path = (folder.path / "s").string();
    leave_dead_socket(path);
    const auto first = UnixListener::listen(path);
    REQUIRE(first);
    const auto second = UnixListener::listen(path);
    REQUIRE_FALSE(second);
    CHECK(second.error().fault == Fault::busy);
    CHECK(std::filesystem::exists(path));
}

TEST_CASE("a file that is no socket is left alone") {
    TempFolder folder;
    const auto path = folder.path / "s";
    std::ofstream(path) << "precious";
    const auto listener = UnixListener::listen(path.string());
    REQUIRE_FALSE(listener);
    CHECK(listener.error().fault == Fault::failed);
    CHECK(std::filesystem::file_size(path) == 8);
}

TEST_CASE("a listener whose file was taken over by another leaves the other's") {
    TempFolder folder;
    const auto path = (folder.path / "s").string();
    {
        const auto first = UnixListener::listen(path);
        REQUIRE(first);
        std::filesystem::remove(path);
        leave_dead_socket(path);
    }
    CHECK(std::filesystem::exists(path));
}

TEST_CASE("paths longer than an address are listened and connected at") {
    TempFolder folder;
    auto deep = folder.path;
    for (int i = 0; i < 5; ++i)
        deep /= std::string(100, 'd');
    std::filesystem::create_directories(deep);
    const auto path = (deep / "control.sock").string();
    auto listener = UnixListener::listen(path);
    REQUIRE(listener);
    const auto address = unix_address(path);
    REQUIRE(address);
    const auto under_way = start_connect(address->base(), address->size);
    CHECK(under_way.done);
    CHECK(UnixListener::listen(path).error().fault == Fault::busy);
}

TEST_CASE("a folder that is not there is missing") {
    TempFolder folder;
    CHECK(UnixListener::listen((folder.path / "no" / "s").string()).error().fault == Fault::missing);
    CHECK(UnixListener::listen((folder.path / std::string(200, 's')).string()).error().fault == Fault::invalid);
}
