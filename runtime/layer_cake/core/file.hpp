#pragma once

#include <cstdint>
#include <filesystem>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <string>
#include <string_view>

/// Files as whole values. Every write that replaces content goes through
/// `replace_file`, so that a crash, a power cut or a full disk leaves the old
/// content or the new, never a mixture.
namespace layer_cake {

/// Reads a regular file whole.
/// Fails with `missing`, with `invalid` when it is larger than `limit` bytes or not
/// a regular file (a FIFO or device is never waited for), else with `system`.
Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit = 16u << 20);

/// Replaces `path` by `content` atomically: temporary file in the same folder,
/// fsync, rename, fsync of the folder. On any failure `path` keeps its old content
/// and the temporary file is removed. A failed fsync is a failure, never retried; when
/// it is the folder's, `path` has the new content already. A symbolic link at `path`
/// is replaced, not followed. A crash may leave `.layer-cake-*.tmp` behind.
/// @param mode  permission bits of the new file, set exactly: the umask does not count
Result<void> replace_file(const std::filesystem::path& path, std::string_view content, unsigned mode = 0600);

/// A name that is free, for a file that is being written: `.layer-cake-<random>.tmp`. And whether a name is one.
std::string temporary_name();
bool is_temporary_name(std::string_view name);

/// Makes one folder, not its parents; the umask counts. An existing folder is success.
Result<void> make_folder(const std::filesystem::path& path, unsigned mode = 0700);

/// Removes a file or a whole tree below `path`, `path` included, never following a
/// symbolic link and never crossing into another file system. Missing is success.
/// Any depth, one open folder at a time. Stops at the first thing it cannot remove.
Result<void> remove_tree(const std::filesystem::path& path);
/// The same for what an open folder has under a name. `shown` is its path in messages.
Result<void> remove_tree_at(int folder, const std::string& name, const std::filesystem::path& shown);

} // namespace layer_cake
