#include <algorithm>
#include <cli/commands.hpp>
#include <cli/file_sync.hpp>
#include <cli/tree_text.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/programs.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "list-scripts", .help = "print the names of what is collected for roles"},
    {.name = "list-executables", .help = "print where the executables of roles are"},
    {.name = "list-paths", .help = "print the folders that are collected from"},
    {.name = "make-changes", .help = "make the changes instead of printing them"},
    {.name = "clear-all", .help = "remove all that is there"},
    {.name = "full-path", .help = "list with absolute paths"},
    {.name = "recursive-listing", .help = "list what is in folders too"},
    {.name = "long-listing", .help = "list with kind, permissions and owner"},
};

std::vector<home::Program> programs(const home::Group& group) {
    std::vector<home::Program> all;
    for (const auto& role : group.roles)
        if (role.index <= 0) all.push_back(home::find_program(role));
    return all;
}

Result<int> print_programs(Invocation& call, const home::Group& group) {
    std::vector<std::string> lines;
    for (const auto& program : programs(group)) {
        const auto& own = program.own();
        if (call.has("list-executables")) {
            const auto& file = program.script.empty() ? program.program : program.script;
            if (!file.empty()) lines.push_back(file.string());
        } else if (!own.empty()) {
            lines.push_back(call.has("list-paths") ? own.parent_path().string() : own.filename().string());
        }
    }
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    if (wants_json(call)) {
        codec::Array all;
        for (const auto& line : lines)
            all.push_back(text_value(line));
        print_json(call, "layer-cake.script/1", codec::Object{{"files", std::move(all)}});
        return Exit::ok;
    }
    for (const auto& line : lines)
        call.out << terminal_safe(line) << '\n';
    return Exit::ok;
}

Result<int> work(Invocation& call, const OpenHome& opened) {
    const HomeFolder folder{opened.home, "script"};
    const int lists = call.has("list-scripts") + call.has("list-executables") + call.has("list-paths");
    if (lists > 1 || (lists == 1 && (wants_listing(call) || call.has("make-changes") || call.has("clear-all"))))
        return fail(Fault::invalid, "give one of --list-scripts, --list-executables and --list-paths, alone");
    if (lists == 1) return print_programs(call, opened.group);
    if (wants_listing(call)) return list_folder(call, folder);
    if (call.has("clear-all")) return sync_folder(call, folder, {}, "script");

    const auto collected = opened.home.paths().script();
    for (const auto& program : programs(opened.group))
        if (!program.own().empty() && program.own().parent_path() == collected)
            return fail(Fault::invalid, fmt::format("role \"{}\" runs what is collected already, as in a home that was "
                                                    "imported: there is nothing else to collect from",
                                                    program.role));
    const auto sources = home::collect_programs(opened.group, collected);
    if (!sources) return fail(sources.error());
    if (sources->empty()) return fail(Fault::missing, "no scripts in use");
    return sync_folder(call, folder, *sources, "script");
}

Result<int> run(Invocation& call) {
    return in_home(call, "collect scripts in", shown(call.home), work);
}

} // namespace

constinit const Command script_command{
    .name = "script",
    .words = "",
    .summary = "collect the programs of roles in the home, to be run instead",
    .options = options,
    .run = run,
};

} // namespace layer_cake::cli
