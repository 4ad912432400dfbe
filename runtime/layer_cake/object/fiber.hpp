#pragma once

#include <layer_cake/object/sanitizers.hpp>
#include <layer_cake/object/stack.hpp>

namespace layer_cake::object {

/// A function that can be left in the middle and entered again, on a stack of
/// its own. Belongs to one thread: entered from that thread's own stack only
/// (never from within another fiber) and left from within only.
///
/// The switches are told to the address and thread sanitizers, and the
/// exceptions in flight stay with the side they belong to.
class Fiber {
public:
    using Entry = void (*)(void* argument);

    /// `entry(argument)` runs at the first `enter`. It must not throw.
    Fiber(Stack stack, Entry entry, void* argument);
    ~Fiber(); ///< It must have finished, or never been entered.
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;

    /// Runs the fiber until it leaves or finishes.
    void enter();
    /// From within: goes back to whoever entered; returns at the next `enter`.
    void leave();

    bool finished() const { return finished_; }
    const Stack& stack() const { return stack_; }

    /// The fiber that runs on this thread, or null.
    static Fiber* running() { return running_; }

private:
    static constinit thread_local Fiber* running_;

    struct Start;
    static void finish(Fiber& fiber);

    Stack stack_;
    Entry entry_;
    void* argument_;
    void* inside_;            ///< where to go on within
    void* outside_ = nullptr; ///< where to go on outside
    /// What the C++ ABI keeps for each thread about its exceptions; the layout is fixed by it.
    struct Exceptions {
        void* caught;
        unsigned uncaught;
    };
    Exceptions within_{}; ///< those being handled within
    Exceptions* const thread_exceptions_;
    bool finished_ = false;
#ifdef LAYER_CAKE_ADDRESS_SANITIZER
    void* fake_stack_ = nullptr;
    const void* outside_bottom_ = nullptr;
    std::size_t outside_size_ = 0;
#endif
#ifdef LAYER_CAKE_THREAD_SANITIZER
    void* thread_state_ = nullptr;
    void* outside_thread_state_ = nullptr;
#endif
};

} // namespace layer_cake::object
