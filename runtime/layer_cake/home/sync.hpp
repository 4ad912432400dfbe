#pragma once

#include <functional>
#include <layer_cake/home/sync_plan.hpp>
#include <layer_cake/home/tree_source.hpp>

/// A plan carried out. Nothing is read outside the source's items and nothing written outside the target's folder,
/// whatever becomes of either meanwhile; no link in them is followed.
namespace layer_cake::home {

/// How far a copy is; of what is to be copied, not of the whole tree.
struct SyncProgress {
    std::uint64_t bytes = 0, all_bytes = 0;
    std::size_t files = 0, all_files = 0;
};

struct SyncOptions {
    std::function<void(const SyncProgress&)> progress{}; ///< called often, from within
    /// Before a file takes its name its content is on the disk, and at the end all of it is. (Files are written under
    /// temporary names and synced together, some hundred megabytes at a time.) Otherwise a power cut may leave files
    /// without their content.
    bool durable = true;
};

/// A target: an open folder, and its path for messages.
struct SyncTarget {
    int folder;
    std::string path;
};

/// Carries a plan out. What it makes belongs to who runs it; where that is root, to the owner of the target's folder.
/// Each file changes from old to new at once; on failure, or when the process is killed, some are old and some new, and
/// temporary files may be left, which the next sync removes. Fails with `busy` when a file of the source is being
/// written, else as the system says; the error names the file.
Result<void> carry_out(const SyncPlan& plan, const TreeSource& from, const Listing& source, const SyncTarget& to,
                       const Listing& target, const SyncOptions& options = {});

/// Copies all that is in the folder `from` to the folder `target` as one snapshot: as it was at one moment, and put in
/// place at once, so that `target` is the old tree or the new. Files that it has already, by size and time, are not
/// copied again. The folder is made when it is missing, its parents are not. Neither folder may be in the other.
/// Fails with `busy` when the source never stays the same long enough to be copied; 5 attempts. A program that writes
/// through mmap(2) is noticed when the kernel notices it.
Result<void> take_snapshot(const std::filesystem::path& from, const std::filesystem::path& target,
                           const SyncOptions& options = {});

} // namespace layer_cake::home
