#pragma once

#include <iosfwd>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/home/sync.hpp>
#include <string>

namespace layer_cake::cli {

/// `345M of 1G, 210 of 900 files, 512M/s, 2s left`; what is not known yet is left out.
std::string progress_words(const home::SyncProgress& progress, Duration elapsed);

/// How far a copy is: one line on a terminal, rewritten ten times a second, from the first half second on. Nothing
/// elsewhere, and nothing is left of it at the end.
class CopyProgress {
public:
    /// @param err  as long as the object
    CopyProgress(std::ostream& err, bool live) : err_(err), live_(live), begun_(SystemClock().now()), shown_(begun_) {}
    ~CopyProgress(); ///< wipes the line

    void show(const home::SyncProgress& progress);
    std::function<void(const home::SyncProgress&)> callback() {
        return live_ ? [this](const home::SyncProgress& progress) { show(progress); }
                     : std::function<void(const home::SyncProgress&)>();
    }

private:
    std::ostream& err_;
    bool live_;
    Instant begun_, shown_;
    bool written_ = false;
};

} // namespace layer_cake::cli
