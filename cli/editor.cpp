#include <cerrno>
#include <cli/definition.hpp>
#include <cli/editor.hpp>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace layer_cake::cli {
namespace {

// Ignored by us, not by the editor: it starts with the defaults.
class IgnoreInterrupts {
public:
    IgnoreInterrupts() : int_(std::signal(SIGINT, SIG_IGN)), quit_(std::signal(SIGQUIT, SIG_IGN)) {}
    ~IgnoreInterrupts() {
        std::signal(SIGINT, int_);
        std::signal(SIGQUIT, quit_);
    }
    IgnoreInterrupts(const IgnoreInterrupts&) = delete;
    IgnoreInterrupts& operator=(const IgnoreInterrupts&) = delete;

private:
    void (*int_)(int);
    void (*quit_)(int);
};

} // namespace

std::string editor_command() {
    for (const auto* name : {"LC_EDITOR", "VISUAL", "EDITOR"})
        if (const char* value = std::getenv(name); value && *value) return value;
    return "vi";
}

Result<void> run_editor(const std::string& editor, const std::string& file) {
    // What the shell would say of a program that is not there is said in our words. What is more than words is left to
    // it.
    const auto program = editor.substr(0, editor.find(' '));
    const bool plain = editor.find_first_of("\"'`$\\~*?[|&;<>()=#\t\n") == std::string::npos;
    if (plain && !find_program(program)) return fail(Fault::failed, fmt::format("editor \"{}\" not found", program));
    const std::string script = editor + " \"$@\"";
    const char* words[] = {"sh", "-c", script.c_str(), "sh", file.c_str(), nullptr};

    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGINT);
    sigaddset(&defaults, SIGQUIT);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);

    const IgnoreInterrupts ignored;
    pid_t pid = 0;
    const int refused = posix_spawn(&pid, "/bin/sh", nullptr, &attributes, const_cast<char**>(words), environ);
    posix_spawnattr_destroy(&attributes);
    if (refused) return fail(system_error(fmt::format("cannot run editor \"{}\"", editor), refused));

    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return layer_cake::ok();
    const auto how = WIFSIGNALED(status) ? signal_name(WTERMSIG(status)) : fmt::format("exit {}", WEXITSTATUS(status));
    return fail(Fault::failed, fmt::format("editor \"{}\" ended with {}", editor, how));
}

} // namespace layer_cake::cli
