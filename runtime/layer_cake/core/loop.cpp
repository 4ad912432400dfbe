#include <algorithm>
#include <cassert>
#include <layer_cake/core/loop.hpp>
#include <utility>

namespace layer_cake {
namespace {

template <class H>
uv_handle_t* as_handle(H* handle) {
    return reinterpret_cast<uv_handle_t*>(handle);
}

} // namespace

Loop::Loop() {
    uv_loop_init(&loop_);
    loop_.data = this;
    uv_async_init(&loop_, wake_.get(), [](uv_async_t* wake) { static_cast<Loop*>(wake->loop->data)->run_posted(); });
    uv_prepare_init(&loop_, prepare_.get());
    uv_idle_init(&loop_, idle_.get());
    uv_unref(wake_.base()); // being reachable is no reason to stay
}

Loop::~Loop() {
    wake_.reset();
    prepare_.reset();
    idle_.reset();
    loop_.stop_flag = 0;
    uv_run(&loop_, UV_RUN_NOWAIT); // one turn calls every close callback
    [[maybe_unused]] const int left = uv_loop_close(&loop_);
    assert(left == 0 && "something still waits on the loop");
}

void Loop::run() {
    stopped_ = false;
    for (;;) {
        run_posted(); // posted before anything else kept the loop alive
        if (stopped_) return;
        uv_run(&loop_, UV_RUN_DEFAULT);
        if (stopped_) return;
        const std::lock_guard guard(mutex_);
        if (posted_.empty() && !uv_loop_alive(&loop_)) return;
    }
}

void Loop::turn() {
    run_posted();
    loop_.stop_flag = 0; // a `stop` outside of `run` must not skip the turn
    uv_run(&loop_, UV_RUN_NOWAIT);
}

void Loop::wait() {
    run_posted();
    loop_.stop_flag = 0;
    waiting_ = true;
    uv_run(&loop_, UV_RUN_ONCE);
    waiting_ = false;
}

void Loop::stop() {
    stopped_ = true;
    uv_stop(&loop_);
}

void Loop::post(std::function<void()> task) {
    {
        const std::lock_guard guard(mutex_);
        posted_.push_back(std::move(task));
    }
    uv_async_send(wake_.get());
}

void Loop::run_posted() {
    std::vector<std::function<void()>> tasks;
    {
        const std::lock_guard guard(mutex_);
        tasks.swap(posted_);
    }
    for (auto& task : tasks) {
        task();
        task = nullptr; // what a task holds is released before the next one runs
    }
}

void Loop::defer(std::function<void()> task) {
    deferred_.push_back(std::move(task));
    if (deferred_.size() > 1) return;
    uv_idle_start(idle_.get(), [](uv_idle_t*) {});
    uv_prepare_start(prepare_.get(),
                     [](uv_prepare_t* prepare) { static_cast<Loop*>(prepare->loop->data)->run_deferred(); });
}

void Loop::run_deferred() {
    std::vector<std::function<void()>> tasks;
    tasks.swap(deferred_);
    // Stopped before the tasks run: one that defers again starts both anew.
    uv_idle_stop(idle_.get());
    uv_prepare_stop(prepare_.get());
    for (auto& task : tasks) {
        task();
        task = nullptr;
    }
}

Timer::Timer(Loop& loop) {
    uv_timer_init(loop.uv(), handle_.get());
    handle_->data = this;
}

void Timer::start(Duration after, std::function<void()> fired) {
    arm(after, 0, std::move(fired));
}

void Timer::repeat(Duration every, std::function<void()> fired) {
    using std::chrono::ceil;
    using std::chrono::milliseconds;
    const auto step = std::max<std::int64_t>(1, ceil<milliseconds>(every).count());
    arm(every, static_cast<std::uint64_t>(step), std::move(fired));
}

void Timer::arm(Duration after, std::uint64_t every, std::function<void()> fired) {
    using std::chrono::ceil;
    using std::chrono::milliseconds;
    fired_ = std::move(fired);
    std::uint64_t wait = 0;
    if (after > Duration::zero()) {
        // The loop's own time is whole milliseconds and may be a turn old: count from it to the true moment.
        constexpr Duration longest = std::chrono::hours(24 * 365 * 50);
        const auto due = std::chrono::steady_clock::now().time_since_epoch() + std::min(after, longest);
        const auto now = static_cast<std::int64_t>(uv_now(handle_->loop));
        wait = static_cast<std::uint64_t>(std::max<std::int64_t>(0, ceil<milliseconds>(due).count() - now));
    }
    uv_timer_start(handle_.get(), on_timer, wait, every);
}

void Timer::on_timer(uv_timer_t* handle) {
    // The callback may cancel, restart or destroy the timer. The handle outlives all three.
    auto* timer = static_cast<Timer*>(handle->data);
    auto* loop = static_cast<Loop*>(handle->loop->data);
    // One that is due when the wait begins is called before libuv polls, which would then wait for another event.
    if (loop->waiting_) uv_stop(handle->loop);
    auto fired = std::exchange(timer->fired_, nullptr);
    if (fired) fired();
    if (uv_is_closing(as_handle(handle)) || !uv_is_active(as_handle(handle)) || timer->fired_) return;
    timer->fired_ = std::move(fired);
}

void Timer::cancel() {
    uv_timer_stop(handle_.get());
    fired_ = nullptr;
}

bool Timer::pending() const {
    return uv_is_active(handle_.base()) != 0;
}

Poll::Poll(Loop& loop, int fd) {
    usable_ = uv_poll_init(loop.uv(), handle_.get(), fd) == 0;
    handle_->data = this;
}

void Poll::start(int events, std::function<void(int)> ready) {
    assert(usable_ && "not a descriptor that can be waited for");
    ready_ = std::move(ready);
    events_ = events;
    ++starts_;
    if (usable_) uv_poll_start(handle_.get(), events, on_poll);
}

void Poll::on_poll(uv_poll_t* handle, int status, int events) {
    auto* poll = static_cast<Poll*>(handle->data);
    const auto starts = poll->starts_;
    auto ready = std::exchange(poll->ready_, nullptr);
    if (ready) ready(status < 0 ? poll->events_ : events); // an error shows in the owner's next read or write
    if (uv_is_closing(as_handle(handle)) || poll->starts_ != starts) return;
    poll->ready_ = std::move(ready);
}

void Poll::cancel() {
    ++starts_;
    if (usable_) uv_poll_stop(handle_.get());
    ready_ = nullptr;
}

Signals::Signals(Loop& loop, std::initializer_list<int> numbers, std::function<void(int)> caught)
    : caught_(std::move(caught)) {
    for (const int number : numbers) {
        auto& handle = handles_.emplace_back();
        uv_signal_init(loop.uv(), handle.get());
        handle->data = this;
        uv_signal_start(handle.get(), on_signal, number);
    }
}

void Signals::on_signal(uv_signal_t* handle, int number) {
    auto* signals = static_cast<Signals*>(handle->data);
    auto caught = std::exchange(signals->caught_, nullptr);
    caught(number);
    if (!uv_is_closing(as_handle(handle))) signals->caught_ = std::move(caught);
}

} // namespace layer_cake
