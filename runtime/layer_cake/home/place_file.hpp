#pragma once

#include <cstdint>
#include <functional>
#include <layer_cake/core/result.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace layer_cake::home {

/// Called while bytes are copied, with how many more; every 8 MiB at least.
using CopiedBytes = std::function<void(std::uint64_t)>;

/// Who is to own what is made.
struct FileOwner {
    uid_t user;
    gid_t group;
};
/// Where root works in a folder of another: that one, who could not go on with root's files. Else nothing.
std::optional<FileOwner> owner_to_give(int folder);

/// Copies a regular file to a temporary name in another folder, with its permission bits (0777) and time: as a reflink
/// where the file system can, else within the kernel, holes kept. A file that is written meanwhile is copied again,
/// thrice at most.
/// Fails with `invalid` when `name` is no regular file (a link is not followed), with `busy` when it does not stay as
/// it is, else with `system` and errno kept; then the temporary file is gone. Errors name `shown`.
/// @param from, to  open folders
/// @param owner     of the copy, unless it is to be ours
Result<void> copy_to_temporary(int from, const std::string& name, int to, const std::string& temporary,
                               const std::optional<FileOwner>& owner, std::string_view shown,
                               const CopiedBytes& copied);

/// Whether two regular files hold the same bytes. False when one cannot be read.
bool same_content(int folder_a, const std::string& a, int folder_b, const std::string& b);

} // namespace layer_cake::home
