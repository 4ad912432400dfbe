#include <cerrno>
#include <cli/definition.hpp>
#include <cli/network/drawing.hpp>
#include <fmt/format.h>
#include <layer_cake/core/fd.hpp>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace layer_cake::cli::network {
namespace {

/// A file without a name that holds the text, at its beginning.
Result<Fd> file_of(std::string_view text) {
    Fd file(::memfd_create("graph", MFD_CLOEXEC));
    while (file && !text.empty()) {
        const auto written = ::write(file.get(), text.data(), text.size());
        if (written < 0 && errno != EINTR) return fail(system_error("cannot write the graph", errno));
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (!file || ::lseek(file.get(), 0, SEEK_SET) != 0) return fail(system_error("cannot write the graph", errno));
    return file;
}

} // namespace

Result<void> draw_svg(std::string_view graph) {
    const auto program = find_program("dot");
    if (!program) return fail(Fault::failed, "\"dot\" is not installed (it comes with graphviz)");
    const auto file = file_of(graph);
    if (!file) return fail(file.error());
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, file->get(), STDIN_FILENO);
    const char* words[] = {"dot", "-Tsvg", nullptr};
    pid_t pid = 0;
    const int refused = posix_spawn(&pid, program->c_str(), &files, nullptr, const_cast<char* const*>(words), environ);
    posix_spawn_file_actions_destroy(&files);
    if (refused) return fail(system_error("cannot run \"dot\"", refused));
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return layer_cake::ok();
    return fail(Fault::failed, "\"dot\" has failed");
}

} // namespace layer_cake::cli::network
