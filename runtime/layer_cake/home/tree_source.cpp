#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/beneath.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/tree_source.hpp>
#include <memory>
#include <sys/stat.h>

namespace layer_cake::home {
namespace {

namespace fs = std::filesystem;

struct CloseFolder {
    void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

std::string_view top_of(std::string_view path) {
    return path.substr(0, path.find('/'));
}

fs::path without_slash(const fs::path& path) {
    auto plain = path.lexically_normal();
    return plain.has_filename() || !plain.has_relative_path() ? plain : plain.parent_path();
}

} // namespace

Result<std::size_t> TreeSource::base(const fs::path& folder) {
    const auto found = std::find_if(bases_.begin(), bases_.end(), [&](const Base& one) { return one.path == folder; });
    if (found != bases_.end()) return static_cast<std::size_t>(found - bases_.begin());
    Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return fail(system_error(fmt::format("cannot read \"{}\"", terminal_safe(folder.native())), errno));
    bases_.push_back({folder, std::move(fd)});
    return bases_.size() - 1;
}

Result<void> TreeSource::add_item(std::string name, std::size_t base, std::string real) {
    const auto place = std::lower_bound(items_.begin(), items_.end(), name,
                                        [](const Item& one, const std::string& wanted) { return one.name < wanted; });
    if (place == items_.end() || place->name != name) {
        items_.insert(place, {std::move(name), base, std::move(real)});
        return ok();
    }
    if (place->base == base && place->real == real) return ok(); // named twice
    const auto shown = [](const fs::path& path) { return terminal_safe(path.native()); };
    return fail(Fault::invalid,
                fmt::format("multiple selections of \"{}\": \"{}\" and \"{}\"", terminal_safe(name),
                            shown(bases_[place->base].path / place->real), shown(bases_[base].path / real)));
}

Result<void> TreeSource::add(const fs::path& item, std::string_view name) {
    std::error_code error;
    const auto absolute = without_slash(fs::absolute(item, error));
    const auto real = fs::canonical(absolute, error);
    if (error)
        return fail(system_error(fmt::format("cannot read \"{}\"", terminal_safe(item.native())), error.value()));
    if (!real.has_filename()) return fail(Fault::invalid, "the root of all files is not copied");
    const auto at = base(real.parent_path());
    if (!at) return fail(at.error());
    const auto named = absolute.filename();
    if (!name.empty()) return add_item(std::string(name), *at, real.filename().native());
    return add_item((named == "." || named == ".." || named.empty() ? real : absolute).filename().native(), *at,
                    real.filename().native());
}

Result<void> TreeSource::add_contents(const fs::path& folder, const Filter& filter) {
    std::error_code error;
    const auto real = fs::canonical(folder, error);
    if (error)
        return fail(system_error(fmt::format("cannot read \"{}\"", terminal_safe(folder.native())), error.value()));
    const auto at = base(real);
    if (!at) return fail(at.error());
    Fd fd = open_beneath(bases_[*at].fd.get(), "", O_RDONLY | O_DIRECTORY);
    const std::unique_ptr<DIR, CloseFolder> entries(fd ? ::fdopendir(fd.get()) : nullptr);
    if (!entries) return fail(system_error(fmt::format("cannot read \"{}\"", terminal_safe(real.native())), errno));
    fd.release();
    std::vector<std::string> names;
    for (errno = 0; const dirent* entry = ::readdir(entries.get()); errno = 0) {
        const std::string_view name = entry->d_name;
        if (name == "." || name == ".." || is_temporary_name(name) || (filter && !filter(name))) continue;
        names.emplace_back(name);
    }
    if (errno != 0) return fail(system_error(fmt::format("cannot read \"{}\"", terminal_safe(real.native())), errno));
    std::sort(names.begin(), names.end(), std::greater<>()); // each goes to the front of those after it
    for (auto& name : names)
        if (auto added = add_item(name, *at, name); !added) return added;
    return ok();
}

std::optional<fs::path> TreeSource::holder_of(const fs::path& folder) const {
    std::error_code error;
    const auto real = fs::weakly_canonical(folder, error);
    for (const auto& item : items_)
        if (auto path = bases_[item.base].path / item.real; real == path || lies_in(real.native(), path.native()))
            return path;
    return std::nullopt;
}

Result<Listing> TreeSource::list() const {
    Listing listing;
    Refusals refusals;
    for (const auto& item : items_)
        if (auto read = list_tree(bases_[item.base].fd.get(), item.real, item.name, listing, &refusals); !read)
            return fail(std::move(read).error());
    if (auto fine = refusals.result(); !fine) return fail(std::move(fine).error());
    return listing;
}

const TreeSource::Item& TreeSource::item(std::string_view name) const {
    return *std::lower_bound(items_.begin(), items_.end(), name,
                             [](const Item& one, std::string_view wanted) { return one.name < wanted; });
}

TreeSource::Place TreeSource::top(std::string_view name) const {
    const auto& found = item(name);
    return {bases_[found.base].fd.get(), found.real};
}

Fd TreeSource::open_folder(std::string_view path) const {
    const auto name = top_of(path);
    const auto place = top(name);
    return open_beneath(place.folder, fmt::format("{}{}", place.name, path.substr(name.size())),
                        O_RDONLY | O_DIRECTORY);
}

std::string TreeSource::origin(std::string_view path) const {
    const auto name = top_of(path);
    const auto& found = item(name);
    return (bases_[found.base].path / found.real).native() + std::string(path.substr(name.size()));
}

} // namespace layer_cake::home
