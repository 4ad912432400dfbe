#pragma once

#include <cstdint>
#include <layer_cake/core/result.hpp>
#include <string>
#include <string_view>
#include <vector>

/// What lies in a tree of files, as values.
namespace layer_cake::home {

/// One thing in a tree: what is kept of it when the tree is copied. Owners, extended attributes and hard links are not.
struct TreeEntry {
    enum class Kind : std::uint8_t { folder, file, link };

    std::string path; ///< below the tree's root, parts joined by `/`; any bytes but NUL
    Kind kind = Kind::file;
    unsigned mode = 0;         ///< permission bits, 0777 at most: setuid, setgid and sticky are not kept
    std::uint64_t size = 0;    ///< of a file, in bytes
    std::int64_t modified = 0; ///< nanoseconds since 1970
    std::string link;          ///< what a link says
    std::int64_t changed = 0;  ///< of its inode, nanoseconds since 1970; to notice writers
    std::uint64_t inode = 0;
    unsigned uid = 0, gid = 0;

    friend bool operator==(const TreeEntry&, const TreeEntry&) = default;
};

/// All that is in a tree, each folder before what is in it, siblings by the bytes of their names.
using Listing = std::vector<TreeEntry>;

/// Limits of a tree that is listed, copied or put into an image.
inline constexpr std::size_t tree_entries = 1'000'000, tree_depth = 200, tree_path = 4096;

/// The order of a Listing: as of paths, with `/` before every other byte.
bool in_tree_order(std::string_view a, std::string_view b);

/// Whether `path` is below `folder` (and not the folder itself).
bool lies_in(std::string_view path, std::string_view folder);

/// Whether a link at `path` stays in the tree whatever else the tree holds: its text is relative, climbs with `..` only
/// at its beginning and at most to the root. (A `..` after a name could leave through another link.)
bool link_stays_inside(std::string_view path, std::string_view text);

/// What stands in the way of a copy, to be told all at once: a FIFO, a device, a socket, a link that leads out.
class Refusals {
public:
    void add(std::string words);
    /// Fails with `invalid`, naming the first 20, when there are any.
    Result<void> result() const;

private:
    std::vector<std::string> first_;
    std::size_t more_ = 0;
};

/// Reads all of a tree, following no link.
/// @param root      an open folder
/// @param from      one name in it, or "" for all that is in it
/// @param as        what the paths of the listing begin with instead of `from`
/// @param refusals  where the tree is to be copied: takes what cannot be, and files that are just being written
///                  (is_temporary_name) are left out. Otherwise what is no folder and no link counts as a file.
/// Fails with `invalid` when a limit is passed, else as the system says.
Result<void> list_tree(int root, std::string_view from, std::string_view as, Listing& into,
                       Refusals* refusals = nullptr);

} // namespace layer_cake::home
