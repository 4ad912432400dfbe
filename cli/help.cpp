#include <cli/commands.hpp>
#include <cli/help.hpp>
#include <cli/output.hpp>
#include <cli/spelling.hpp>
#include <layer_cake/core/file.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "list", .help = "print the names of all commands, one a line"},
    {.name = "mdoc", .help = "fill in the source of a manual page", .value = "FILE", .completes = "files"},
};

Result<int> run(Invocation& call) {
    if (wants_json(call)) return fail(Fault::invalid, "help is text: --output=json does not go with it");
    if (call.has("list")) {
        for (const auto* command : commands())
            if (!command->hidden) call.out << command->name << '\n';
        return Exit::ok;
    }
    const Command* command = nullptr;
    if (!call.words.empty()) {
        command = find_command(call.words.front());
        if (!command) return fail(unknown_command(call.words.front(), commands()));
        const auto* subject = call.words.size() > 1 ? find_subject(*command, call.words[1]) : nullptr;
        if (call.words.size() > (subject ? 2u : 1u)) return fail(Fault::invalid, "help explains one command at a time");
        if (subject) command = subject;
    }
    if (const auto page = call.value("mdoc")) {
        auto source = read_file(*page);
        if (!source) return fail(std::move(source).error());
        call.out << fill_manual(*source, command);
    } else {
        call.out << (command ? help_text(*command) : overview_text());
    }
    return Exit::ok;
}

} // namespace

constinit const Command help_command{
    .name = "help",
    .words = "[COMMAND]",
    .summary = "explain a command, or list them all",
    .options = options,
    .run = run,
    .completes = "commands",
};

} // namespace layer_cake::cli
