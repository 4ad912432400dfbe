#pragma once

#include <layer_cake/home/tree.hpp>
#include <limits>
#include <vector>

/// What makes one tree like another: decided on two listings alone.
namespace layer_cake::home {

/// One step. `source` and `target` are places in the two listings, or `none`.
struct Change {
    enum class Kind : std::uint8_t {
        add_folder,
        add_file,
        add_link,
        update_file, ///< other content; a link: another text
        update_link,
        update_mode,         ///< the content is the same, the permission bits are not
        replace_with_folder, ///< something else of that name goes first
        replace_with_file,
        replace_with_link,
        rename_file, ///< `target` has, by size and time, the content of `source`, under a name that is to go
        remove_file, ///< or a link
        remove_folder,
    };
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

    Kind kind = Kind::add_file;
    std::size_t source = none;
    std::size_t target = none;
    std::size_t contents =
        0;              ///< of a folder that is added, removed or replaced: how many entries are in it at any depth
    bool inner = false; ///< goes without saying: it is in a folder that is added

    friend bool operator==(const Change&, const Change&) = default;
};

struct SyncPlan {
    std::vector<Change> changes; ///< in tree order
    std::uint64_t bytes = 0;     ///< of the files to be copied
    std::size_t files = 0;       ///< to be copied
    bool empty() const { return changes.empty(); }
};

/// What makes `target` like `source`.
///
///     in source   in target   same kind    then
///     yes         no          -            add, or rename what has the same size and time and is to go
///     no          yes         -            remove
///     yes         yes         no           replace
///     yes         yes         files        update when size or time differ, else mode
///     yes         yes         links        update when their texts differ
///     yes         yes         folders      mode
///
/// Times are the same when they are equal, or when the target's file system keeps whole seconds and those are equal.
/// A rename is taken only where one file of each side could be meant; who carries it out compares the contents.
SyncPlan plan_sync(const Listing& source, const Listing& target);

} // namespace layer_cake::home
