#include <algorithm>
#include <cerrno>
#include <csignal>
#include <layer_cake/process/signal_watch.hpp>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace layer_cake::process {
namespace {

constexpr std::uint64_t stopping = 1, ended = 1u << 20; ///< what is told by an eventfd's number

void add(const Fd& event, std::uint64_t number) {
    [[maybe_unused]] const auto written = ::write(event.get(), &number, sizeof number);
}

} // namespace

SignalWatch::SignalWatch() {
    sigset_t wanted;
    sigemptyset(&wanted);
    for (const int number : {SIGINT, SIGTERM, SIGQUIT, SIGHUP})
        sigaddset(&wanted, number);
    ::pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
    // A shell ignores the first two for what it starts in the background, where a parent's Stop is one of them, too.
    for (const int number : {SIGINT, SIGQUIT, SIGTERM})
        std::signal(number, SIG_DFL);
    for (const int number : {SIGPIPE, SIGUSR1, SIGUSR2})
        std::signal(number, SIG_IGN);
    signals_ = Fd(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
    end_ = Fd(::eventfd(0, EFD_CLOEXEC));
}

void SignalWatch::end() {
    add(end_, ended);
}

void SignalWatch::begin_stop() {
    add(end_, stopping);
}

void SignalWatch::watch(Duration deadline, const Events& events) {
    using namespace std::chrono;
    // A terminal and a parent may both tell of the same key.
    constexpr auto same = milliseconds(200);
    std::optional<Instant> first;
    bool overdue = false, asked = false;
    for (;;) {
        int patience = -1;
        if (first && !overdue) {
            const auto left = duration_cast<milliseconds>(*first + deadline - steady_clock::now()).count() + 1;
            patience = static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000));
        }
        pollfd waits[3] = {{signals_.get(), POLLIN, 0}, {end_.get(), POLLIN, 0}, {events.also, POLLIN, 0}};
        const int ready = ::poll(waits, 3, patience);
        if (ready < 0 && errno == EINTR) continue;
        if (waits[1].revents != 0) {
            std::uint64_t told = 0;
            if (::read(end_.get(), &told, sizeof told) == static_cast<ssize_t>(sizeof told) && told >= ended) return;
            if (!first) first = steady_clock::now();
            asked = true;
            continue;
        }
        if (ready == 0) {
            overdue = true;
            events.overdue();
            continue;
        }
        if (waits[2].revents != 0) events.readable();
        if (waits[0].revents == 0) continue;
        signalfd_siginfo info{};
        if (::read(signals_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) continue;
        const auto number = static_cast<int>(info.ssi_signo);
        const auto now = steady_clock::now();
        if (!first) {
            first = now;
            events.stop(number);
        } else if (asked && info.ssi_pid == static_cast<std::uint32_t>(::getppid())) {
            continue; // the parent who has asked tells it twice
        } else if (now - *first >= same) {
            events.insisted(number);
        }
    }
}

} // namespace layer_cake::process
