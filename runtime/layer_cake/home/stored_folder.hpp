#pragma once

#include <filesystem>
#include <layer_cake/core/pattern.hpp>
#include <layer_cake/core/result.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::home {

/// A folder whose files have names of one form: the part of Folder (folder.hpp) that no type matters to.
class StoredFolder {
public:
    /// @param pattern  what a name must be, whole (RE2); empty: anything
    StoredFolder(std::filesystem::path path, std::string_view pattern, bool decorate_names, bool auto_create);

    /// More files than this are refused.
    static constexpr std::size_t entry_limit = 1'000'000;

    const std::filesystem::path& path() const { return path_; }

    /// The names, sorted, without `.json`: of the regular files that match. Files that begin with a dot are nobody's.
    /// No folder, no names. Fails with `invalid` above the limit or when the pattern is wrong.
    Result<std::vector<std::string>> names() const;

    /// The file of that name. Fails with `invalid` when it can be none (empty, with a slash or a control character,
    /// beginning with a dot, above 240 bytes) or does not match.
    Result<std::filesystem::path> file(std::string_view name) const;

    /// Makes the folder, its parents too, when it may.
    Result<void> make() const;

    /// `name "spool/a1"`, for messages.
    std::string about(std::string_view name) const;

private:
    Result<bool> matches(std::string_view name) const;

    std::filesystem::path path_;
    std::shared_ptr<const Result<Pattern>> pattern_; ///< none: anything matches; shared by copies
    bool decorate_names_;
    bool auto_create_;
};

} // namespace layer_cake::home
