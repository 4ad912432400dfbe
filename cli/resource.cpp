#include <algorithm>
#include <cli/commands.hpp>
#include <cli/file_sync.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/programs.hpp>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "resource-path",
     .help = "what is in this folder is the source, instead of words",
     .value = "FOLDER",
     .completes = "folders"},
    {.name = "make-changes", .help = "make the changes instead of printing them"},
    {.name = "clear-all", .help = "remove all that is there"},
    {.name = "full-path", .help = "list with absolute paths"},
    {.name = "recursive-listing", .help = "list what is in folders too"},
    {.name = "long-listing", .help = "list with kind, permissions and owner"},
};

/// The names of the executables of a group, each once.
std::vector<std::string> executables(const home::Group& group) {
    std::vector<std::string> names;
    for (const auto& role : group.roles)
        if (auto name = home::program_words(role).name(); !name.empty() && name != "." && name != "..")
            names.push_back(std::move(name));
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

Result<void> check_idle(const OpenHome& opened, const std::string& executable) {
    const auto running = running_roles(opened.home);
    if (!running) return fail(running.error());
    for (const auto& role : opened.group.roles)
        if (home::program_words(role).name() == executable &&
            std::find(running->begin(), running->end(), role.base) != running->end())
            return fail(Fault::busy, fmt::format("role \"{}\" is running", role.base));
    return layer_cake::ok();
}

Result<int> work(Invocation& call, const OpenHome& opened) {
    const auto& executable = call.words.front();
    const auto known = executables(opened.group);
    if (std::find(known.begin(), known.end(), executable) == known.end()) {
        const std::vector<std::string_view> names(known.begin(), known.end());
        return fail(Fault::missing, fmt::format("no role has that executable{}", suggestion(executable, names)));
    }
    const HomeFolder folder{opened.home, "resource/" + executable};
    if ((call.words.size() > 1) + call.has("resource-path") + call.has("clear-all") > 1)
        return fail(Fault::invalid, "give words, --resource-path or --clear-all: one of them");
    return keep_folder(call, folder, "resource-path", "resource." + executable,
                       [&] { return check_idle(opened, executable); });
}

Result<int> run(Invocation& call) {
    if (call.words.empty()) return fail(Fault::invalid, "resource needs the name of an executable");
    return in_home(call, "work on the resources of", call.words.front(), work);
}

} // namespace

constinit const Command resource_command{
    .name = "resource",
    .words = "EXECUTABLE [PATH...]",
    .summary = "keep files that all roles of an executable read in step with their source",
    .options = options,
    .run = run,
    .completes = "files",
};

} // namespace layer_cake::cli
