#pragma once

#include <cli/log_printer.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/home/log_follow.hpp>
#include <string>
#include <vector>

namespace layer_cake::cli {

/// What several roles write, printed as it arrives, on a loop.
///
/// Reads the log files themselves, so that nothing is lost when the group ends first: call `drain` then.
class MergedLog {
public:
    /// @param from  lines that arrived earlier are left out; without it follows from now on
    MergedLog(Loop& loop, const home::Paths& paths, std::ostream& out, const std::vector<std::string>& names,
              LogStyle style, WallTime from);

    /// Prints what is in the files up to their ends, unfinished last lines included.
    void drain();

private:
    void print(const std::string& role, const home::LogLine& line);

    Loop& loop_;
    std::ostream& out_;
    LogPrinter printer_;
    bool flushing_ = false;
    home::LogFollower follower_;
};

} // namespace layer_cake::cli
