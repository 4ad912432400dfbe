#include <cli/commands.hpp>
#include <cli/completion_text.hpp>
#include <cli/output.hpp>
#include <fmt/format.h>
#include <ostream>

namespace layer_cake::cli {
namespace {

Result<int> run(Invocation& call) {
    if (wants_json(call)) return fail(Fault::invalid, "a completion is a script: --output=json does not go with it");
    const std::string shell = call.words.size() == 1 ? call.words.front() : "";
    if (shell == "bash")
        call.out << bash_completion();
    else if (shell == "zsh")
        call.out << zsh_completion();
    else if (shell == "fish")
        call.out << fish_completion();
    else
        return fail(Fault::invalid, "completion needs the name of one shell: bash, zsh or fish");
    return Exit::ok;
}

} // namespace

constinit const Command completion_command{
    .name = "completion",
    .words = "bash|zsh|fish",
    .summary = "print the completion script of a shell",
    .run = run,
    .completes = "bash|zsh|fish",
};

} // namespace layer_cake::cli
