#pragma once

#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/fd.hpp>

namespace layer_cake::process {

/// Blocks SIGINT, SIGTERM, SIGQUIT and SIGHUP and waits for them on the thread that made it, which uses no processor
/// time meanwhile and answers whatever the other threads do. Made before other threads are, so that they have them
/// blocked. The signals stay blocked when it is gone.
class SignalWatch {
public:
    struct Events {
        std::function<void(int signal)> stop;     ///< the first one
        std::function<void(int signal)> insisted; ///< another, a fifth of a second later or more
        std::function<void()> overdue;            ///< the deadline after the first has passed
        int also = -1;                            ///< a descriptor to be watched, too, if any
        std::function<void()> readable{};         ///< called while it is
    };

    SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

    /// Calls the events as they happen, until end(); those that came before are not lost.
    void watch(Duration deadline, const Events& events);
    /// As if the first signal had come, but that `stop` is not called: the deadline counts from now on. Any thread.
    void begin_stop();
    /// Lets watch() return, from any thread; also when it is called only later.
    void end();

private:
    Fd signals_;
    Fd end_; ///< counts: `stopping` or `ended` was added
};

} // namespace layer_cake::process
