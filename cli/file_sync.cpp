#include <algorithm>
#include <cerrno>
#include <cli/copy_progress.hpp>
#include <cli/file_sync.hpp>
#include <cli/tree_text.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/beneath.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/sync.hpp>
#include <sys/stat.h>

namespace layer_cake::cli {
namespace {

Fd open_home_folder(const home::Home& home) {
    return Fd(::open(home.paths().home.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

Result<home::Listing> list_open(const Fd& folder) {
    home::Listing listing;
    if (folder)
        if (auto read = home::list_tree(folder.get(), "", "", listing); !read) return fail(std::move(read).error());
    return listing;
}

} // namespace

Fd HomeFolder::open() const {
    const Fd top = open_home_folder(home);
    return top ? open_beneath(top.get(), below, O_RDONLY | O_DIRECTORY) : Fd();
}

Result<Fd> HomeFolder::make() const {
    Fd at = open_home_folder(home);
    const auto failed = [&] {
        return fail(system_error(fmt::format("cannot open \"{}\"", terminal_safe(path())), errno));
    };
    if (!at) return failed();
    for (const auto& part : split(below, '/')) {
        if (::mkdirat(at.get(), part.c_str(), 0755) != 0 && errno != EEXIST) return failed();
        at = open_beneath(at.get(), part, O_RDONLY | O_DIRECTORY);
        if (!at) return failed();
    }
    return at;
}

Result<home::Listing> HomeFolder::list() const {
    const Fd folder = open();
    if (!folder && errno != ENOENT)
        return fail(system_error(fmt::format("cannot open \"{}\"", terminal_safe(path())), errno));
    auto listing = list_open(folder);
    if (listing)
        std::erase_if(*listing, [](const home::TreeEntry& entry) {
            return is_temporary_name(std::string_view(entry.path).substr(entry.path.rfind('/') + 1));
        });
    return listing;
}

Result<int> list_folder(Invocation& call, const HomeFolder& folder) {
    const auto listing = folder.list();
    if (!listing) return fail(listing.error());
    print_tree(call, *listing, folder.path());
    return Exit::ok;
}

Result<int> sync_folder(Invocation& call, const HomeFolder& folder, const home::TreeSource& source,
                        std::string_view lock) {
    const auto wanted = source.list();
    if (!wanted) return fail(wanted.error());
    if (!call.has("make-changes")) {
        const Fd open = folder.open();
        if (!open && errno != ENOENT)
            return fail(system_error(fmt::format("cannot open \"{}\"", terminal_safe(folder.path())), errno));
        const auto target = list_open(open);
        if (!target) return fail(target.error());
        print_changes(call, home::plan_sync(*wanted, *target), {source, *wanted, *target, folder.path()});
        return Exit::ok;
    }
    const auto taken = home::Lock::take(folder.home.paths().files_lock(lock));
    if (!taken)
        return fail(taken.error().fault == Fault::busy ? Error{Fault::busy, "another command is changing its files"}
                                                       : taken.error());
    const auto open = folder.make();
    if (!open) return fail(open.error());
    const auto target = list_open(*open);
    if (!target) return fail(target.error());
    CopyProgress progress(call.err, call.err_is_terminal);
    const auto plan = home::plan_sync(*wanted, *target);
    home::SyncOptions options;
    options.progress = progress.callback();
    if (auto done = home::carry_out(plan, source, *wanted, {open->get(), folder.path()}, *target, options); !done)
        return fail(std::move(done).error());
    return Exit::ok;
}

Result<int> keep_folder(Invocation& call, const HomeFolder& folder, std::string_view from, std::string_view lock,
                        const std::function<Result<void>()>& idle) {
    const auto tree = call.value(from);
    if (call.words.size() == 1 && !tree && !call.has("clear-all")) {
        if (call.has("make-changes")) return fail(Fault::invalid, "there is nothing to make changes of: name files");
        return list_folder(call, folder);
    }
    home::TreeSource source;
    if (tree)
        if (auto added = source.add_contents(*tree); !added) return fail(std::move(added).error());
    for (auto word = call.words.begin() + 1; word != call.words.end(); ++word)
        if (auto added = source.add(*word); !added) return fail(std::move(added).error());
    if (const auto holder = source.holder_of(folder.path()))
        return fail(Fault::invalid, fmt::format("\"{}\" holds what is to be changed, and cannot be copied into itself",
                                                terminal_safe(holder->native())));
    if (call.has("make-changes"))
        if (auto may = idle(); !may) return fail(std::move(may).error());
    return sync_folder(call, folder, source, lock);
}

Result<int> in_home(Invocation& call, std::string_view verb, const std::string& about,
                    Result<int> (*work)(Invocation&, const OpenHome&)) {
    const auto wrong = [&](Error error) { return fail(cannot(verb, about, std::move(error))); };
    if (auto fine = check_modes(call); !fine) return wrong(fine.error());
    const auto opened = open_home(call);
    if (!opened) return wrong(opened.error());
    const auto done = work(call, *opened);
    return done ? done : wrong(done.error());
}

bool wants_listing(const Invocation& call) {
    return call.has("full-path") || call.has("recursive-listing") || call.has("long-listing");
}

Result<void> check_modes(const Invocation& call) {
    for (const auto* option : {"full-path", "recursive-listing", "long-listing"})
        for (const auto* other : {"make-changes", "clear-all", "get-latest", "resource-path", "model-path"})
            if (call.has(option) && call.has(other))
                return fail(Fault::invalid,
                            fmt::format("--{} lists and --{} changes: give one of them", option, other));
    return layer_cake::ok();
}

} // namespace layer_cake::cli
