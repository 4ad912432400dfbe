#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cassert>
#include <layer_cake/object/fiber.hpp>
#include <utility>

#ifdef LAYER_CAKE_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef LAYER_CAKE_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

/// The two switches of a Fiber, for whoever calls them. They are inlined, and so should be what is around them: a
/// processor foresees where a function returns to, but not across a switch, so that each level between a switch and
/// the code it goes to costs some twenty cycles.
namespace layer_cake::object {

[[gnu::always_inline]] inline void Fiber::enter() {
    assert(!running_ && !finished_);
    running_ = this;
    const auto outside = std::exchange(*thread_exceptions_, within_);
#ifdef LAYER_CAKE_THREAD_SANITIZER
    outside_thread_state_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(thread_state_, 0);
#endif
#ifdef LAYER_CAKE_ADDRESS_SANITIZER
    void* fake_stack = nullptr;
    __sanitizer_start_switch_fiber(&fake_stack, stack_.bottom(), stack_.size);
#endif
    inside_ = boost::context::detail::jump_fcontext(inside_, this).fctx;
#ifdef LAYER_CAKE_ADDRESS_SANITIZER
    __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
    within_ = std::exchange(*thread_exceptions_, outside);
    running_ = nullptr;
}

[[gnu::always_inline]] inline void Fiber::leave() {
    assert(running_ == this);
#ifdef LAYER_CAKE_THREAD_SANITIZER
    __tsan_switch_to_fiber(outside_thread_state_, 0);
#endif
#ifdef LAYER_CAKE_ADDRESS_SANITIZER
    __sanitizer_start_switch_fiber(&fake_stack_, outside_bottom_, outside_size_);
#endif
    outside_ = boost::context::detail::jump_fcontext(outside_, this).fctx;
#ifdef LAYER_CAKE_ADDRESS_SANITIZER
    __sanitizer_finish_switch_fiber(fake_stack_, &outside_bottom_, &outside_size_);
#endif
}

} // namespace layer_cake::object
