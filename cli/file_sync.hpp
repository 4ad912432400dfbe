#pragma once

#include <cli/role_words.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/home/tree_source.hpp>
#include <string>
#include <string_view>

/// What `resource`, `model` and `script` share: a folder of the home that is listed, or made like a source.
namespace layer_cake::cli {

/// A folder of a home.
struct HomeFolder {
    const home::Home& home;
    std::string below; ///< "role/web/model"

    std::string path() const { return (home.paths().home / below).string(); }
    Fd open() const;         ///< empty when it is missing, or no folder reached without links; errno says why
    Result<Fd> make() const; ///< with its parents, 0755 each but for the umask
    Result<home::Listing> list() const; ///< without the files of interrupted copies; a missing folder is empty
};

/// Prints the folder's tree. Listing options: --full-path, --recursive-listing, --long-listing.
Result<int> list_folder(Invocation& call, const HomeFolder& folder);

/// Prints what would make the folder like `source`; with --make-changes makes it so, under the lock `files.<lock>`.
Result<int> sync_folder(Invocation& call, const HomeFolder& folder, const home::TreeSource& source,
                        std::string_view lock);

/// Whether any of the options that print the target is there.
bool wants_listing(const Invocation& call);

/// Refuses options that do not go together: a listing and a change.
Result<void> check_modes(const Invocation& call);

} // namespace layer_cake::cli
