#pragma once

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/home/role.hpp>
#include <layer_cake/process/spawn.hpp>
#include <poll.h>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

/// Real processes for tests, waited for by what they do and never by time.
namespace layer_cake::process::test {

struct Pipe {
    Fd read, write;
    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
        read.reset(ends[0]);
        write.reset(ends[1]);
    }
};

/// Until every writer is gone.
inline std::string read_to_end(const Fd& fd) {
    std::string text;
    char bytes[4096];
    for (ssize_t got; (got = ::read(fd.get(), bytes, sizeof bytes)) > 0 || (got < 0 && errno == EINTR);)
        if (got > 0) text.append(bytes, static_cast<std::size_t>(got));
    return text;
}

/// One line, without its newline.
inline std::string read_line(const Fd& fd) {
    std::string line;
    for (char byte; ::read(fd.get(), &byte, 1) == 1 && byte != '\n';)
        line += byte;
    return line;
}

/// The process's end; a minute of nothing fails the test rather than hang it.
inline WaitStatus wait_for_end(const Spawned& process) {
    pollfd waited{process.pidfd.get(), POLLIN, 0};
    while (::poll(&waited, 1, 60'000) < 0 && errno == EINTR) {
    }
    return reap(process.pidfd).value_or(WaitStatus{true, -1});
}

inline home::Role role_of_command(std::vector<std::string> command) {
    home::Role role;
    role.name = "web";
    role.command = std::move(command);
    role.working_dir = "/";
    return role;
}

inline home::Role shell(std::string script) {
    return role_of_command({"/bin/sh", "-c", std::move(script)});
}

class TempFolder {
public:
    TempFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "layer-cake-test-XXXXXX").string();
        if (!::mkdtemp(name.data())) std::abort();
        path_ = name;
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace layer_cake::process::test
