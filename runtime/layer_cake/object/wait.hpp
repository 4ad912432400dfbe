#pragma once

#include <layer_cake/object/shard.hpp>

namespace layer_cake::object {

/// What a function waits for, on its own stack while it does.
struct Self::Wait : Deadline {
    Self* self = nullptr;
    std::span<const type::Info* const> types{}; ///< empty and not `anything`: for no message
    bool anything = false;
    bool children = false; ///< for children with a callback, too
    Box* box = nullptr;
    bool done = false, timed_out = false, stopped = false;

    explicit Wait(Self& waiter) : self(&waiter) {}
    ~Wait() {
        if (queued()) self->shard().timers().cancel(*this);
    }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    void until(Duration patience) {
        passed = [](Deadline& deadline, Shard&) {
            auto& wait = static_cast<Wait&>(deadline);
            wait.timed_out = true;
            wait.self->resume();
        };
        self->shard().timers().set(*this, self->shard().after(patience));
    }
    bool for_messages() const { return anything || !types.empty(); }
};

} // namespace layer_cake::object
