#include <cli/commands.hpp>
#include <cli/help.hpp>
#include <cli/output.hpp>
#include <fmt/format.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
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
        if (command && call.words.size() > 1)
            if (const auto* subject = find_subject(*command, call.words[1])) command = subject;
        if (!command) {
            std::vector<std::string_view> names;
            for (const auto* one : commands())
                if (!one->hidden) names.push_back(one->name);
            return fail(Fault::invalid, fmt::format("unknown command \"{}\"{}", call.words.front(),
                                                    suggestion(call.words.front(), names)));
        }
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
