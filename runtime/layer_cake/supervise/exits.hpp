#pragma once

#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <unordered_map>

namespace layer_cake::supervise {

/// Tells when processes end, however many: their pidfds share one descriptor of the loop. The loop's thread.
class Exits {
public:
    explicit Exits(Loop& loop);

    /// Calls `ended` when the process has ended, again and again until `forget`: it reaps, or it will be called once
    /// more. `ended` may be called for a process that lives (its descriptor's number had another owner a moment ago).
    /// @param pidfd  not consumed; `forget` it before it is closed
    void watch(int pidfd, std::function<void()> ended);
    void forget(int pidfd); ///< One that is not watched is ignored.

private:
    void look();

    Fd epoll_;
    Poll poll_;
    std::unordered_map<int, std::function<void()>> watched_;
};

} // namespace layer_cake::supervise
