#include <cli/commands.hpp>
#include <cli/copy_progress.hpp>
#include <cli/file_sync.hpp>
#include <cli/tree_text.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/sync.hpp>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "model-path",
     .help = "what is in this folder is the source, instead of words",
     .value = "FOLDER",
     .completes = "folders"},
    {.name = "get-latest",
     .help = "the other way: make this folder a snapshot of the model",
     .value = "FOLDER",
     .completes = "folders"},
    {.name = "make-changes", .help = "make the changes instead of printing them"},
    {.name = "clear-all", .help = "remove all that is there"},
    {.name = "full-path", .help = "list with absolute paths"},
    {.name = "recursive-listing", .help = "list what is in folders too"},
    {.name = "long-listing", .help = "list with kind, permissions and owner"},
};

Result<void> check_idle(const OpenHome& opened, const std::string& role) {
    const auto running = running_processes(opened.home);
    if (!running) return fail(running.error());
    for (const auto& one : *running)
        if (one.name == role) return fail(Fault::busy, fmt::format("role \"{}\" is running", role));
    return layer_cake::ok();
}

/// What a snapshot would change in its folder.
Result<int> preview_snapshot(Invocation& call, const home::TreeSource& model, const std::string& target) {
    const auto source = model.list();
    if (!source) return fail(source.error());
    home::Listing there;
    const Fd folder(::open(target.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder && is_there(target)) return fail(Fault::invalid, fmt::format("\"{}\" is no folder", target));
    if (folder)
        if (auto read = home::list_tree(folder.get(), "", "", there); !read) return fail(std::move(read).error());
    print_changes(call, home::plan_sync(*source, there), {model, *source, there, shown(target)});
    return Exit::ok;
}

Result<int> get_latest(Invocation& call, const HomeFolder& folder, const std::string& target) {
    if (!folder.open()) return fail(Fault::missing, fmt::format("there is no \"{}\"", folder.path()));
    if (!call.has("make-changes")) {
        home::TreeSource model;
        if (auto added = model.add_contents(folder.path()); !added) return fail(std::move(added).error());
        return preview_snapshot(call, model, target);
    }
    CopyProgress progress(call.err, call.err_is_terminal);
    home::SyncOptions rules;
    rules.progress = progress.callback();
    if (auto taken = home::take_snapshot(folder.path(), target, rules); !taken) return fail(std::move(taken).error());
    return Exit::ok;
}

Result<int> work(Invocation& call, const OpenHome& opened) {
    const auto role = named_role(opened.group, call.words.front());
    if (!role) return fail(role.error());
    const HomeFolder folder{opened.home, "role/" + *role + "/model"};
    const auto latest = call.value("get-latest");
    if ((call.words.size() > 1) + call.has("model-path") + latest.has_value() + call.has("clear-all") > 1)
        return fail(Fault::invalid, "give words, --model-path, --get-latest or --clear-all: one of them");
    if (latest) return get_latest(call, folder, *latest);
    return keep_folder(call, folder, "model-path", "model." + *role, [&] { return check_idle(opened, *role); });
}

Result<int> run(Invocation& call) {
    if (call.words.empty()) return fail(Fault::invalid, "model needs the name of a role");
    return in_home(call, "work on the model of", call.words.front(), work);
}

} // namespace

constinit const Command model_command{
    .name = "model",
    .words = "ROLE [PATH...]",
    .summary = "replace, list or snapshot the files that a role keeps",
    .options = options,
    .run = run,
    .completes = "roles",
};

} // namespace layer_cake::cli
