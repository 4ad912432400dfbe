#pragma once

#include <cli/definition.hpp>
#include <cli/role_words.hpp>
#include <functional>
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

/// The folder as the words of the command after the first want it, or the folder that option `from` names, or with
/// --clear-all nothing: prints the tree without any of them, else what would change, or with --make-changes makes it
/// so.
/// @param idle  asked before anything is changed
Result<int> keep_folder(Invocation& call, const HomeFolder& folder, std::string_view from, std::string_view lock,
                        const std::function<Result<void>()>& idle);

/// Opens the home and does the work of a verb; its errors begin with `cannot VERB "ABOUT": `.
Result<int> in_home(Invocation& call, std::string_view verb, const std::string& about,
                    Result<int> (*work)(Invocation&, const OpenHome&));

/// Whether any of the options that print the target is there.
bool wants_listing(const Invocation& call);

/// Refuses options that do not go together: a listing and a change.
Result<void> check_modes(const Invocation& call);

} // namespace layer_cake::cli
