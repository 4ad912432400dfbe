#include <layer_cake/supervise/exits.hpp>
#include <sys/epoll.h>

namespace layer_cake::supervise {

Exits::Exits(Loop& loop) : epoll_(::epoll_create1(EPOLL_CLOEXEC)), poll_(loop, epoll_.get()) {
    poll_.start(Poll::readable, [this](int) { look(); });
}

void Exits::watch(int pidfd, std::function<void()> ended) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = pidfd;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, pidfd, &event) == 0)
        watched_.insert_or_assign(pidfd, std::move(ended));
}

void Exits::forget(int pidfd) {
    if (watched_.erase(pidfd) > 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, pidfd, nullptr);
}

void Exits::look() {
    epoll_event events[64];
    const int count = ::epoll_wait(epoll_.get(), events, 64, 0);
    for (int i = 0; i < count; ++i) {
        const auto found = watched_.find(events[i].data.fd);
        if (found == watched_.end()) continue;
        const auto ended = found->second; // it may forget itself
        ended();
    }
}

} // namespace layer_cake::supervise
