#pragma once

#include <filesystem>
#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/log_merge.hpp>
#include <layer_cake/home/log_reader.hpp>
#include <map>
#include <memory>
#include <string>

namespace layer_cake::home {

/// Follows the logs of roles while they are written, by inotify, all lines in the order of their arrival.
///
/// All calls and callbacks are on the loop's thread. Costs nothing while nothing is written; under
/// a flood it reads in turns of bounded length, a few milliseconds apart. Roles may be added and
/// removed, and the follower destroyed, from within the callback.
class LogFollower {
public:
    using Line = std::function<void(const std::string& role, const LogLine& line)>;

    LogFollower(Loop& loop, Line line);
    ~LogFollower(); ///< Calls nothing back.
    LogFollower(const LogFollower&) = delete;
    LogFollower& operator=(const LogFollower&) = delete;

    /// Begins with what `reader` has from its position on. The folder may appear later.
    /// Fails with `system` when the kernel gives no more watches: what is there is given all the same.
    Result<void> add(std::string role, LogReader reader);
    void remove(const std::string& role);

    /// Gives at once all that is in the files now, unfinished lines as partial: for the end of a run.
    void drain();

    /// Reads nothing more until resumed (the receiver is slow). Nothing is lost but what is rotated away.
    void pause();
    void resume();

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace layer_cake::home
