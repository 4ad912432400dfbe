#include <algorithm>
#include <cli/load/precise_timer.hpp>
#include <sys/timerfd.h>
#include <utility>

namespace layer_cake::cli::load {

PreciseTimer::PreciseTimer(Loop& loop, std::function<void()> fired)
    : fd_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)), poll_(loop, fd_.get()) {
    if (!poll_.usable()) return;
    poll_.start(Poll::readable, [this, fired = std::move(fired)](int) {
        cancel(); // takes the expiry as well
        fired();
    });
}

void PreciseTimer::set(Instant at) {
    if (std::exchange(armed_, at) != at) arm(at);
}

void PreciseTimer::cancel() {
    if (std::exchange(armed_, Instant()) != Instant()) arm(Instant());
}

void PreciseTimer::arm(Instant at) {
    const auto whole = std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
    constexpr std::int64_t second = 1'000'000'000;
    itimerspec spec{};
    spec.it_value.tv_sec = whole / second;
    spec.it_value.tv_nsec = whole % second;
    ::timerfd_settime(fd_.get(), TFD_TIMER_ABSTIME, &spec, nullptr);
}

} // namespace layer_cake::cli::load
