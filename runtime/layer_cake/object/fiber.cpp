#include <boost/context/detail/fcontext.hpp>
#include <cassert>
#include <cxxabi.h>
#include <layer_cake/object/fiber.hpp>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#define LAYER_CAKE_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LAYER_CAKE_ADDRESS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define LAYER_CAKE_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LAYER_CAKE_THREAD_SANITIZER 1
#endif
#endif

#ifdef LAYER_CAKE_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef LAYER_CAKE_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

namespace layer_cake::object {
namespace {

namespace context = boost::context::detail;

thread_local Fiber* running_fiber = nullptr;

} // namespace

/// The first function on a fiber's stack.
struct Fiber::Start {
    static void run(context::transfer_t from) {
        auto& fiber = *static_cast<Fiber*>(from.data);
        fiber.outside_ = from.fctx;
#ifdef LAYER_CAKE_ADDRESS_SANITIZER
        __sanitizer_finish_switch_fiber(nullptr, &fiber.outside_bottom_, &fiber.outside_size_);
#endif
        fiber.entry_(fiber.argument_);
        fiber.finished_ = true;
        finish(fiber);
    }
};

Fiber::Fiber(Stack stack, Entry entry, void* argument)
    : stack_(stack),
      entry_(entry),
      argument_(argument),
      thread_exceptions_(reinterpret_cast<Exceptions*>(abi::__cxa_get_globals())) {
    // Stacks are alike to the page: without an offset their hottest lines would all share one cache set.
    const auto number = reinterpret_cast<std::size_t>(stack.top) / (stack.size + Stack::page());
    auto* top = stack.top - (number % 8) * 128;
    inside_ = context::make_fcontext(top, static_cast<std::size_t>(top - stack.bottom()), Start::run);
#ifdef LAYER_CAKE_THREAD_SANITIZER
    thread_state_ = __tsan_create_fiber(0);
#endif
}

Fiber::~Fiber() {
#ifdef LAYER_CAKE_THREAD_SANITIZER
    __tsan_destroy_fiber(thread_state_);
#endif
#ifdef LAYER_CAKE_ADDRESS_SANITIZER
    __asan_unpoison_memory_region(stack_.bottom(), stack_.size);
#endif
}

Fiber* Fiber::running() {
    return running_fiber;
}

void Fiber::enter() {
    assert(!running_fiber && !finished_);
    running_fiber = this;
    const auto outside = std::exchange(*thread_exceptions_, within_);
#ifdef LAYER_CAKE_THREAD_SANITIZER
    outside_thread_state_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(thread_state_, 0);
#endif
#ifdef LAYER_CAKE_ADDRESS_SANITIZER
    void* fake_stack = nullptr;
    __sanitizer_start_switch_fiber(&fake_stack, stack_.bottom(), stack_.size);
#endif
    inside_ = context::jump_fcontext(inside_, this).fctx;
#ifdef LAYER_CAKE_ADDRESS_SANITIZER
    __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
    within_ = std::exchange(*thread_exceptions_, outside);
    running_fiber = nullptr;
}

void Fiber::leave() {
    assert(running_fiber == this);
#ifdef LAYER_CAKE_THREAD_SANITIZER
    __tsan_switch_to_fiber(outside_thread_state_, 0);
#endif
#ifdef LAYER_CAKE_ADDRESS_SANITIZER
    __sanitizer_start_switch_fiber(&fake_stack_, outside_bottom_, outside_size_);
#endif
    outside_ = context::jump_fcontext(outside_, this).fctx;
#ifdef LAYER_CAKE_ADDRESS_SANITIZER
    __sanitizer_finish_switch_fiber(fake_stack_, &outside_bottom_, &outside_size_);
#endif
}

void Fiber::finish(Fiber& fiber) {
#ifdef LAYER_CAKE_THREAD_SANITIZER
    __tsan_switch_to_fiber(fiber.outside_thread_state_, 0);
#endif
#ifdef LAYER_CAKE_ADDRESS_SANITIZER
    __sanitizer_start_switch_fiber(nullptr, fiber.outside_bottom_,
                                   fiber.outside_size_); // null: this stack is done with
#endif
    context::jump_fcontext(fiber.outside_, &fiber);
}

} // namespace layer_cake::object
