#pragma once

#include <iosfwd>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/home/sync.hpp>
#include <string>

namespace layer_cake::cli {

/// `345M of 1G, 210 of 900 files, 512M/s, 2s left`; what is not known yet is left out.
std::string progress_words(const home::SyncProgress& progress, Duration elapsed);
/// `[=====     ] 345M of 1G, ...`: the words, and a bar where the terminal has room for one of 10 characters.
std::string progress_line(const home::SyncProgress& progress, Duration elapsed, std::size_t columns);

/// How far a copy is: one line on a terminal, rewritten ten times a second, from the first half second on. Nothing
/// elsewhere, and nothing is left of it at the end.
class CopyProgress {
public:
    /// @param err  as long as the object
    CopyProgress(std::ostream& err, bool live);
    ~CopyProgress(); ///< wipes the line

    void show(const home::SyncProgress& progress);
    std::function<void(const home::SyncProgress&)> callback() {
        return live_ ? [this](const home::SyncProgress& progress) { show(progress); }
                     : std::function<void(const home::SyncProgress&)>();
    }

private:
    std::ostream& err_;
    bool live_;
    std::size_t columns_;
    Instant begun_, shown_;
    bool written_ = false;
};

} // namespace layer_cake::cli
