#include <algorithm>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/realm/dial.hpp>

namespace layer_cake::realm {

Dial::Dial(Loop& loop, std::vector<std::string> hosts, std::uint16_t port, Duration patience,
           std::function<void(Fd)> done)
    : loop_(loop), hosts_(std::move(hosts)), port_(port), patience_(patience), done_(std::move(done)), timer_(loop) {
    std::reverse(hosts_.begin(), hosts_.end());
    timer_.start(Duration::zero(), [this] { next(); });
}

void Dial::next() {
    poll_.reset();
    fd_.reset();
    while (!hosts_.empty()) {
        const auto addresses = net::known_addresses(hosts_.back(), port_);
        hosts_.pop_back();
        if (addresses.empty()) continue;
        auto under_way = net::start_connect(addresses.front().base(), addresses.front().size);
        if (under_way.error) continue;
        if (under_way.done) return finish(std::move(under_way.fd));
        fd_ = std::move(under_way.fd);
        poll_.emplace(loop_, fd_.get());
        poll_->start(Poll::writable, [this](int) {
            int error = 0;
            socklen_t size = sizeof error;
            ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
            if (error) return next();
            poll_.reset();
            finish(std::move(fd_));
        });
        return timer_.start(patience_, [this] { next(); });
    }
    finish({});
}

void Dial::finish(Fd connected) {
    timer_.cancel();
    const auto done = std::move(done_); // it may destroy this
    done(std::move(connected));
}

} // namespace layer_cake::realm
