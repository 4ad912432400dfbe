#pragma once

#include <functional>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/home/history.hpp>
#include <memory>
#include <optional>
#include <vector>

namespace layer_cake::supervise {

/// Writes the history of a role. What the disk does not take (it is full) is kept, and written when it does: it is
/// tried again every second, before what comes next, and at the end.
class Records {
public:
    static constexpr std::size_t most = 2 * home::History::depth; ///< kept at most; the oldest are let go

    /// @param loop     as long as the object
    using MakeHistory = std::function<home::History(bool whole)>;
    /// @param history  gives the one to write to, when there is something to write: a path takes a kilobyte
    Records(Loop& loop, MakeHistory history) : loop_(loop), history_(std::move(history)) {}
    ~Records() { (void)write(); }
    Records(const Records&) = delete;
    Records& operator=(const Records&) = delete;

    void started(WallTime when, int pid) { add({when, pid, std::nullopt}); }
    void ended(WallTime when, int pid, const home::Ended& how) { add({when, pid, how}); }

private:
    struct Event {
        WallTime when;
        int pid;
        std::optional<home::Ended> ended;
    };
    void add(Event event);
    bool write(); ///< what is kept, oldest first; false when something has to wait

    Loop& loop_;
    MakeHistory history_;
    std::vector<Event> kept_;
    std::unique_ptr<Timer> retry_;
    bool whole_ = false; ///< the last line of the file is our own
};

} // namespace layer_cake::supervise
