#include <layer_cake/object/fiber_switch.hpp>
#include <layer_cake/object/shard.hpp>
#include <layer_cake/object/wait.hpp>

namespace layer_cake::object {
namespace {

/// Unwinds a function whose runtime ends around it.
struct Unwound {};

} // namespace

Self::~Self() = default;

[[gnu::always_inline]] inline bool Self::wanted(const Wait& wait, const Box& box) const {
    return wait.anything || wanted_specially(wait, box);
}

bool Self::wanted_specially(const Wait& wait, const Box& box) const {
    const auto* info = box.info;
    for (const auto* type : wait.types)
        if (type == info) return true;
    if (!wait.types.empty() && info == &type::info_of<type::Stop>()) return true;
    if (info != &type::info_of<type::Returned>() || !(wait.children || wait.for_messages()) || !extra_) return false;
    const auto child = extra_->children.find(envelope(const_cast<Box&>(box)).from.id());
    return child != extra_->children.end() && child->second.then;
}

[[gnu::always_inline]] inline void Self::leave(Wait& wait) {
    if (unwinding_) throw Unwound{};
    assert(Fiber::running() == &*fiber_ && "only the object's own code may wait");
    wait_ = &wait;
    fiber_->leave();
    wait_ = nullptr;
    if (unwinding_) throw Unwound{};
}

[[gnu::always_inline]] inline void Self::enter() {
    fiber_->enter();
    if (!fiber_->finished()) return;
    if (!unwinding_) begin_end(); // may destroy this object
}

void Self::resume() {
    enter();
}

void Self::done(Wait& wait) {
    wait.done = true;
    if (wait_ == &wait) resume();
}

[[gnu::always_inline]] inline Any Self::next(Wait& wait) {
    for (;;) {
        Box* box =
            wait.anything ? pending_.pop() : pending_.pop_if([&](const Box& waiting) { return wanted(wait, waiting); });
        if (!box) {
            if (wait.timed_out) return type::TimedOut{};
            leave(wait);
            box = std::exchange(wait.box, nullptr);
            if (!box) continue;
        } else if (box->info == &type::info_of<type::Stop>()) {
            --stops_;
        }
        Any message;
        if (!take(box, message)) continue;
        if (extra_ && !extra_->saved.empty()) pending_.prepend(extra_->saved);
        return message;
    }
}

Any Self::input() {
    Wait wait(*this);
    wait.anything = true;
    return next(wait);
}

Any Self::input(Duration patience) {
    Wait wait(*this);
    wait.anything = true;
    wait.until(patience);
    return next(wait);
}

Any Self::select_any(std::span<const type::Info* const> types, std::optional<Duration> patience) {
    Wait wait(*this);
    wait.types = types;
    if (patience) wait.until(*patience);
    return next(wait);
}

std::size_t Self::waiting() const {
    return queued_;
}

void Self::leave_until_done(Wait& wait) {
    while (!wait.done && !wait.timed_out && !wait.stopped) {
        if (stops_) {
            wait.stopped = true;
            break;
        }
        if (wait.children)
            if (Box* box = pending_.pop_if([&](const Box& waiting) { return wanted(wait, waiting); })) {
                Any message;
                take(box, message);
                continue;
            }
        leave(wait);
        if (Box* box = std::exchange(wait.box, nullptr)) {
            Any message;
            take(box, message);
        }
    }
}

Any Self::ask(Any message, const Address& to, Duration patience) {
    if (stops_) return type::Aborted{};
    Wait wait(*this);
    Any answer;
    const auto from = from_;
    const auto deadline = deadline_;
    Ask* ask = shard_->request(*this, std::move(message), to, patience, [&](Object&, Any value) {
        answer = std::move(value);
        done(wait);
    });
    try {
        leave_until_done(wait);
    } catch (...) {
        if (!wait.done) shard_->forget(ask);
        throw;
    }
    from_ = from;
    deadline_ = deadline;
    if (wait.done) return answer;
    shard_->forget(ask);
    return type::Aborted{};
}

Any Self::delay(Duration time) {
    Wait wait(*this);
    wait.until(time);
    leave_until_done(wait);
    if (wait.stopped) return type::Aborted{};
    return type::TimedOut{};
}

void Self::accept(Box* box) {
    if (wait_ && wanted(*wait_, *box)) [[likely]] {
        wait_->box = box;
        enter();
        return;
    }
    put_aside(box);
}

void Self::put_aside(Box* box) {
    if (!fiber_) return begin(box);
    if (box->info != &type::info_of<type::Stop>()) return pending_.push(box);
    pending_.push_front(box);
    ++stops_;
    if (wait_ && !wait_->for_messages()) {
        wait_->stopped = true;
        resume();
    }
}

void Self::begin(Box* start) {
    open(start);
    --queued_;
    auto stack = shard_->stacks().take(stack_size_);
    if (!stack) {
        faulted(stack.error().detail);
        begin_end();
        return;
    }
    fiber_.emplace(
        *stack, [](void* self) { static_cast<Self*>(self)->run(); }, this);
    resume();
}

void Self::run() {
    try {
        Any value = call();
        complete(std::move(value));
    } catch (const Unwound&) {
        complete(type::Aborted{});
    } catch (...) {
        faulted_by_exception();
    }
}

void Self::release_code() {
    if (fiber_) {
        const Stack stack = fiber_->stack();
        fiber_.reset();
        stack_used_ = shard_->stacks().give(stack);
        profile_->note_stack(stack_used_);
    }
    while (Box* box = pending_.pop())
        if (box->info == &type::info_of<type::Returned>() && forget_child(envelope(*box).from.id()))
            open(box);
        else
            shard_->refuse_ended(box, *this);
}

void Self::unwind() {
    if (!fiber_) return;
    unwinding_ = true;
    if (!fiber_->finished()) fiber_->enter();
    fiber_.reset();
}

} // namespace layer_cake::object
