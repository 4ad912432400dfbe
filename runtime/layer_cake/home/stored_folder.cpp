#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/stored_folder.hpp>

namespace layer_cake::home {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view extension = ".json";
constexpr std::size_t longest_name = 240; // with the extension and a margin within NAME_MAX

bool can_be_name(std::string_view name) {
    const auto refused = [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '/'; };
    return !name.empty() && name.size() <= longest_name && name[0] != '.' &&
           std::none_of(name.begin(), name.end(), refused);
}

} // namespace

StoredFolder::StoredFolder(fs::path path, std::string_view pattern, bool decorate_names, bool auto_create)
    : path_(std::move(path)), decorate_names_(decorate_names), auto_create_(auto_create) {
    if (!pattern.empty()) pattern_ = std::make_shared<const Result<Pattern>>(Pattern::compile(pattern));
}

Result<bool> StoredFolder::matches(std::string_view name) const {
    if (!pattern_) return true;
    if (!*pattern_) return fail(pattern_->error());
    return (*pattern_)->matches_whole(name);
}

Result<std::vector<std::string>> StoredFolder::names() const {
    if (pattern_ && !*pattern_) return fail(pattern_->error());
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(path_, error), end; !error && entry != end; entry.increment(error)) {
        auto name = entry->path().filename().string();
        if (decorate_names_) {
            if (!name.ends_with(extension)) continue;
            name.resize(name.size() - extension.size());
        }
        if (!can_be_name(name)) continue;
        const auto fits = matches(name);
        if (!fits) return fail(fits.error());
        std::error_code gone; // removed meanwhile: not there
        if (!*fits || !entry->is_regular_file(gone)) continue;
        if (names.size() == entry_limit)
            return fail(Fault::invalid, fmt::format("\"{}\" has more than {} files", path_.native(), entry_limit));
        names.push_back(std::move(name));
    }
    if (error && error != std::errc::no_such_file_or_directory)
        return fail(system_error(fmt::format("cannot read \"{}\"", path_.native()), error.value()));
    std::sort(names.begin(), names.end());
    return names;
}

Result<fs::path> StoredFolder::file(std::string_view name) const {
    if (!can_be_name(name)) return fail(Fault::invalid, fmt::format("{} cannot be that of a file", about(name)));
    const auto fits = matches(name);
    if (!fits) return fail(fits.error());
    if (!*fits) return fail(Fault::invalid, fmt::format("{} is not of the form this folder has", about(name)));
    auto file = path_ / name;
    if (decorate_names_) file += extension;
    return file;
}

Result<void> StoredFolder::make() const {
    if (!auto_create_) return ok();
    std::error_code error;
    fs::create_directories(path_, error);
    if (error && !fs::is_directory(path_))
        return fail(system_error(fmt::format("cannot make folder \"{}\"", path_.native()), error.value()));
    return ok();
}

std::string StoredFolder::about(std::string_view name) const {
    return fmt::format("name \"{}\"", (path_ / name).native());
}

} // namespace layer_cake::home
