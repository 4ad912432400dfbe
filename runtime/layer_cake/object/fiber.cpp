#include <cxxabi.h>
#include <layer_cake/object/fiber_switch.hpp>

namespace layer_cake::object {

namespace context = boost::context::detail;

constinit thread_local Fiber* Fiber::running_ = nullptr;

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
