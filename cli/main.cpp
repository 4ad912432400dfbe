#include <cli/command.hpp>
#include <cli/help.hpp>
#include <cli/stream.hpp>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <layer_cake/core/text.hpp>
#include <ostream>
#include <unistd.h>

namespace layer_cake::cli {
namespace {

// A file opened later must not become somebody's stdout.
void occupy_standard_fds() {
    int fd = ::open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2) {
        // What is written where nobody gave us a stdout is lost, and that is a failure.
        if (fd == STDOUT_FILENO) {
            ::close(fd);
            [[maybe_unused]] const int unwritable = ::open("/dev/null", O_RDONLY);
        }
        fd = ::open("/dev/null", O_RDWR);
    }
    if (fd > 2) ::close(fd);
}

// With a handler, a write to a reader that has gone fails with EPIPE - a control
// connection must not kill the command - and an executed program still starts with the default.
void answer_sigpipe() {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGPIPE, &action, nullptr);
}

// The name by which the program was called may be a verb: group-cake.
std::vector<std::string> arguments_of(int argc, char** argv) {
    std::vector<std::string> arguments;
    std::string_view called = argc > 0 ? argv[0] : "";
    called.remove_prefix(called.rfind('/') + 1);
    for (const std::string_view verb : {"group", "host", "lan"})
        if (called == std::string(verb) + "-cake") arguments.emplace_back(verb);
    for (int i = 1; i < argc; ++i)
        arguments.emplace_back(argv[i]);
    return arguments;
}

void complain(std::ostream& err, std::string_view detail, bool placed = false) {
    for (const auto& line : split(detail, '\n'))
        if (!line.empty()) err << (placed ? "" : "layer-cake: ") << terminal_safe(line) << '\n';
}

int act(const std::vector<std::string>& arguments, Invocation& call) {
    const auto parsed = parse(arguments, call);
    if (!parsed) {
        complain(call.err, parsed.error().detail);
        return exit_of(parsed.error().fault);
    }
    if (parsed->help) {
        call.out << (parsed->command ? help_text(*parsed->command) : overview_text());
        return Exit::ok;
    }
    const auto status = parsed->command->run(call);
    if (status) return *status;
    call.out.flush();
    complain(call.err, status.error().detail, status.error().placed);
    return exit_of(status.error().fault);
}

int run(int argc, char** argv) {
    FdBuffer out_buffer(STDOUT_FILENO, {.by_line = ::isatty(STDOUT_FILENO) == 1, .dies_of_sigpipe = true});
    FdBuffer err_buffer(STDERR_FILENO, {.by_line = true});
    std::ostream out(&out_buffer), err(&err_buffer);
    Invocation call{.words = {}, .options = {}, .remainder = {}, .after = {}, .home = {}, .out = out, .err = err};
    call.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
    call.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
    call.in_is_terminal = ::isatty(STDIN_FILENO) == 1;

    int status = Exit::failed;
    try {
        status = act(arguments_of(argc, argv), call);
    } catch (const std::exception& unexpected) {
        complain(err, unexpected.what());
    }
    out.flush();
    if (out_buffer.failure()) {
        complain(err, system_error("cannot write output", out_buffer.failure()).detail);
        if (status == Exit::ok) status = Exit::failed;
    }
    err.flush();
    return status;
}

} // namespace
} // namespace layer_cake::cli

int main(int argc, char** argv) {
    layer_cake::cli::occupy_standard_fds();
    layer_cake::cli::answer_sigpipe();
    return layer_cake::cli::run(argc, argv);
}
