#pragma once

#include <atomic>
#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/fd.hpp>
#include <thread>

namespace layer_cake::process {

/// Blocks SIGINT, SIGTERM, SIGQUIT and SIGHUP and waits for them on a thread of its own, which uses no processor time
/// meanwhile and answers whatever the other threads do. Made before other threads are, so that they have them blocked.
class SignalWatch {
public:
    struct Events {
        std::function<void(int signal)> stop;     ///< the first one
        std::function<void(int signal)> insisted; ///< another, a fifth of a second later or more
        std::function<void()> overdue;            ///< the deadline after the first has passed
    };

    /// Not listening yet: signals wait.
    SignalWatch();
    ~SignalWatch() { end(); }
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

    /// From now on; the events are called on the watch's thread.
    void listen(Duration deadline, Events events);
    /// Ends the thread: nothing is called any more. The signals stay blocked.
    void end();

private:
    void watch(Duration deadline);

    Fd signals_;
    Fd end_;
    Events events_;
    std::thread thread_;
};

} // namespace layer_cake::process
