#pragma once

#include <layer_cake/core/fd.hpp>
#include <sys/types.h>

/// A process by descriptor: never mistaken for another that got its number later.
/// (glibc 2.36 declares these calls without C linkage, so they are made by number.)
namespace layer_cake {

/// Readable when the process has ended. No descriptor when there is no such process; errno tells.
Fd open_pidfd(pid_t pid);
/// False when the process is gone or may not be signalled; errno tells.
bool signal_pidfd(const Fd& pidfd, int signal);

} // namespace layer_cake
