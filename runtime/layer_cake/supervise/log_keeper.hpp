#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/role.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace layer_cake::supervise {

struct LogCapture;
class LogWorker;

/// Captures the output of all roles on a thread of its own, so that neither a flood nor a slow or
/// full disk is felt by supervision.
///
/// Each role has two pipes, made once and kept over its restarts. What comes out of them is moved
/// to the role's log within the kernel; a flood is taken in turns of at most 1 MiB a role, 0.4 ms
/// apart or when its pipe (grown to 1 MiB) is half full: arrival times are as exact as that. A
/// disk that is slow makes roles under `block` wait; those under `drop` wait 30 ms at most, then
/// lose output (see LogRelief). With nothing written the thread sleeps.
///
/// All calls, and all callbacks, are on the main loop's thread; none waits for a disk, but for the
/// destructor. No callback comes after the destructor.
class LogKeeper {
public:
    /// Write ends of a role's pipes: owned by the keeper, for the role's process to inherit as 1 and 2.
    struct Outputs {
        int out = -1, err = -1;
    };
    struct Stats {
        std::uint64_t dropped_lines = 0, dropped_bytes = 0;
        bool paused = false; ///< the disk is full or the folder cannot be written
    };

    explicit LogKeeper(Loop& main);
    ~LogKeeper(); ///< Writes what is in the pipes (gives up where the disk is full) and joins the thread.
    LogKeeper(const LogKeeper&) = delete;
    LogKeeper& operator=(const LogKeeper&) = delete;

    /// Begins to capture. Fails with `busy` when the role is there already, with `system` when there are no more
    /// descriptors.
    /// @param folder  the role's `logs`; need not exist yet
    Result<Outputs> add_role(const std::string& name, const std::filesystem::path& folder, const home::LogRules& rules);
    /// Writes what is in the pipes, then forgets the role and closes its pipes. An unknown name is ignored, here and
    /// below.
    void remove_role(const std::string& name);
    void update_rules(const std::string& name, const home::LogRules& rules);

    /// Calls `done` when everything that is in the role's pipes now is in its log - or cannot be written for now (see
    /// Stats::paused); for a role that was removed when that has been done.
    void flush(const std::string& name, std::function<void()> done);

    /// Calls `found` once, when a whole line that is written from now on matches anywhere; replaces an earlier watch.
    /// Lines are compared up to 64 KiB. While the log is paused under `block`, the first 256 KiB that wait are looked
    /// at; under `drop`, what is dropped because the disk is slow is not. Fails with `invalid` for a bad pattern.
    Result<void> watch(const std::string& name, std::string_view pattern, std::function<void()> found);
    void unwatch(const std::string& name); ///< `found` will not be called any more

    /// Puts words of layer-cake into the role's log, behind what is in its pipes now. They end unfinished lines, which
    /// is all that empty text does.
    void note(const std::string& name, std::string_view text);

    Stats stats(const std::string& name) const; ///< Cheap: three numbers in memory.

private:
    struct Main;
    LogCapture* find(const std::string& name) const;

    std::shared_ptr<Main> main_;
    std::unique_ptr<LogWorker> worker_;
};

} // namespace layer_cake::supervise
