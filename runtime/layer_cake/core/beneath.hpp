#pragma once

#include <layer_cake/core/fd.hpp>
#include <string_view>

/// Files below a folder, whatever others do to the tree meanwhile.
namespace layer_cake {

/// Opens `path` below the open folder `root`. Neither `..`, nor an absolute path, nor a symbolic link on the way or at
/// its end leads anywhere (openat2(2) with RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS; where the kernel has none, part by
/// part without following). "" and "." are the folder itself. Never waits for a FIFO. On failure the Fd is empty and
/// errno says why: ELOOP or ENOTDIR for a link, EXDEV for a path that leads out.
/// @param flags  of open(2); O_CLOEXEC, O_NOFOLLOW, O_NONBLOCK and O_NOCTTY are added
Fd open_beneath(int root, std::string_view path, int flags, unsigned mode = 0);

} // namespace layer_cake
