#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/uv_handle.hpp>
#include <mutex>
#include <vector>

/// The event loop and the three things that wait on it. All of them belong to
/// the loop's thread; `Loop::post` alone may be called from any. Destroying a
/// Timer, Poll or Signals cancels it, silently, and is allowed from within its
/// own callback. They cannot be copied or moved.
namespace layer_cake {

class Loop {
public:
    Loop();
    ~Loop(); ///< Everything that waits on the loop must be gone; turns until closed handles are released.
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Runs until `stop()`, or until nothing is waited for.
    void run();
    /// Handles what is pending now without waiting.
    void turn();
    /// Waits until something happens, and handles it. At once when nothing is waited for.
    void wait();
    /// Makes `run` return after the current callbacks. From the loop's thread.
    void stop();

    /// Runs `task` on the loop's thread, in the order posted. From any thread.
    void post(std::function<void()> task);

    /// Runs `task` before the loop next waits, after the current callbacks. Loop's thread.
    void defer(std::function<void()> task);

    uv_loop_t* uv() { return &loop_; }

private:
    friend class Timer;

    void run_posted();
    void run_deferred();

    uv_loop_t loop_{};
    UvHandle<uv_async_t> wake_;
    UvHandle<uv_prepare_t> prepare_;
    UvHandle<uv_idle_t> idle_; ///< active while deferred tasks wait, so that poll does not block
    std::mutex mutex_;
    std::vector<std::function<void()>> posted_;
    std::vector<std::function<void()>> deferred_;
    bool stopped_ = false;
    bool waiting_ = false;
};

/// Calls back once, or again and again, after a time on the uptime clock.
/// Resolution is one millisecond, rounded up: never early.
class Timer {
public:
    explicit Timer(Loop& loop);
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    void start(Duration after, std::function<void()> fired);  ///< replaces a pending one
    void repeat(Duration every, std::function<void()> fired); ///< at least 1 ms apart; late ones are not made up for
    void cancel();
    bool pending() const;

private:
    void arm(Duration after, std::uint64_t every, std::function<void()> fired);
    static void on_timer(uv_timer_t* handle);

    UvHandle<uv_timer_t> handle_;
    std::function<void()> fired_;
};

/// Calls back while a file descriptor is readable (or writable). Level
/// triggered. Does not own the descriptor; cancel before closing it. Makes the
/// descriptor non-blocking; one Poll at a time per descriptor.
///
/// An error on the descriptor is told once, as the events asked for, and ends
/// the watch: the owner's next read or write has the reason.
class Poll {
public:
    enum Events { readable = UV_READABLE, writable = UV_WRITABLE };

    Poll(Loop& loop, int fd);
    Poll(const Poll&) = delete;
    Poll& operator=(const Poll&) = delete;

    /// False for what cannot be waited for (a regular file, a closed descriptor); `start` then does nothing.
    bool usable() const { return usable_; }
    void start(int events, std::function<void(int events)> ready);
    void cancel();

private:
    static void on_poll(uv_poll_t* handle, int status, int events);

    UvHandle<uv_poll_t> handle_;
    std::function<void(int)> ready_;
    int events_ = 0;
    unsigned starts_ = 0; ///< tells a callback that it was replaced or cancelled meanwhile
    bool usable_ = false;
};

/// Turns signals into calls on the loop.
class Signals {
public:
    Signals(Loop& loop, std::initializer_list<int> numbers, std::function<void(int number)> caught);
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

private:
    static void on_signal(uv_signal_t* handle, int number);

    std::vector<UvHandle<uv_signal_t>> handles_;
    std::function<void(int)> caught_;
};

} // namespace layer_cake
