#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/programs.hpp>
#include <link.h>
#include <spawn.h>
#include <sys/wait.h>

extern char** environ;

namespace layer_cake::home {
namespace {

constexpr std::size_t most_output = 1u << 20;

/// The dynamic loader that this program itself was started by; empty when there is none.
std::string own_loader() {
    std::string loader;
    ::dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* into) {
            for (int i = 0; i < info->dlpi_phnum; ++i)
                if (info->dlpi_phdr[i].p_type == PT_INTERP)
                    *static_cast<std::string*>(into) =
                        reinterpret_cast<const char*>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
            return 1; // the first is the program
        },
        &loader);
    return loader;
}

} // namespace

std::vector<Library> parse_library_list(std::string_view text) {
    std::vector<Library> all;
    for (const auto& line : split(text, '\n')) {
        const auto start = line.find_first_not_of(" \t");
        const auto arrow = line.find(" => ");
        if (start == std::string::npos || arrow == std::string::npos || start >= arrow) continue;
        Library library{line.substr(start, arrow - start), {}};
        auto path = line.substr(arrow + 4);
        if (const auto address = path.rfind(" (0x"); address != std::string::npos) path.resize(address);
        if (path.starts_with('/')) library.path = path;
        if (library.name.find('/') == std::string::npos) all.push_back(std::move(library)); // else the loader itself
    }
    return all;
}

Result<std::vector<Library>> libraries_of(const std::filesystem::path& program, const std::filesystem::path& first) {
    const auto loader = own_loader();
    if (loader.empty()) return std::vector<Library>();
    const auto failed = [&](int number) {
        return fail(system_error(
            fmt::format("cannot look for the libraries of \"{}\"", terminal_safe(program.native())), number));
    };
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return failed(errno);
    const Fd read_end(ends[0]);
    Fd write_end(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const char* inherited = std::getenv("LD_LIBRARY_PATH");
    std::string search = inherited ? inherited : "";
    if (!first.empty()) search = first.native() + (search.empty() ? "" : ":") + search;
    std::string words[] = {loader, "--library-path", search, "--list", program.native()};
    char* arguments[6] = {};
    for (std::size_t i = 0; i < std::size(words); ++i)
        arguments[i] = words[i].data();
    pid_t pid = 0;
    const int number = ::posix_spawn(&pid, loader.c_str(), &actions, nullptr, arguments, environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (number != 0) return failed(number);
    write_end.reset();
    std::string text;
    std::array<char, 4096> buffer{};
    while (text.size() < most_output) {
        const ssize_t got = ::read(read_end.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return parse_library_list(text); // of a program that is linked statically: nothing
}

} // namespace layer_cake::home
