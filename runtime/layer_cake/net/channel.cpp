#include <cassert>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <layer_cake/core/thread_buffer.hpp>
#include <layer_cake/net/channel.hpp>
#include <layer_cake/net/unix_socket.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

namespace layer_cake::net {

Result<ServerPlace> find_server(Endpoint endpoint) {
    ServerPlace place;
    if (endpoint.path.empty()) {
        auto addresses = resolve(endpoint.host, endpoint.port);
        if (!addresses) return fail(std::move(addresses).error());
        place.addresses = std::move(*addresses);
    } else {
        auto address = unix_address(endpoint.path);
        if (!address) return fail(std::move(address).error());
        auto& kept = place.addresses.emplace_back();
        std::memcpy(&kept.storage, &address->address, sizeof address->address);
        kept.size = address->size;
        place.folder = std::move(address->folder);
    }
    place.endpoint = std::move(endpoint);
    return place;
}

HttpChannel::HttpChannel(Loop& loop, const ServerPlace& server, Rules rules, User& user)
    : loop_(loop), server_(server), rules_(rules), user_(user), myself_(std::make_shared<HttpChannel*>(this)) {
    parser_.keep_body(rules.body_bytes);
    parser_.keep_headers(rules.headers);
}

void HttpChannel::ask(std::string_view request, Manner manner) {
    assert(!asking_ && "one request at a time");
    asking_ = true;
    ++asked_;
    manner_ = manner;
    parser_.again(manner.to_head);
    request_.assign(request);
    sent_ = 0;
    taken_ = paused_ = false;
    if (fd_) return flush();
    next_ = 0;
    connect();
}

void HttpChannel::open() {
    assert(!asking_ && "one request at a time");
    asking_ = opening_ = true;
    ++asked_;
    request_.clear();
    sent_ = next_ = 0;
    if (fd_) return go_on();
    connect();
}

void HttpChannel::close() {
    asking_ = opening_ = false;
    retry_.reset();
    drop();
}

void HttpChannel::drop() {
    poll_.reset();
    fd_.reset();
    connecting_ = used_ = paused_ = false;
    watched_ = 0;
}

void HttpChannel::connect() {
    drop();
    int error = ECONNREFUSED;
    while (next_ < server_.addresses.size()) {
        const auto& address = server_.addresses[next_];
        auto under_way = start_connect(address.base(), address.size);
        error = under_way.error;
        if (error == EAGAIN && address.base()->sa_family == AF_UNIX) { // it will not tell when there is room
            if (!retry_) retry_.emplace(loop_);
            return retry_->start(std::chrono::milliseconds(1), [this] { connect(); });
        }
        ++next_;
        if (error != 0) continue;
        fd_ = std::move(under_way.fd);
        poll_.emplace(loop_, fd_.get());
        connecting_ = !under_way.done;
        if (connecting_) return watch(Poll::writable);
        ++connections_;
        return go_on();
    }
    later([this, error] { finish(fail(connect_error(server_.endpoint, error))); });
}

void HttpChannel::connected() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error == 0) {
        connecting_ = false;
        ++connections_;
        return go_on();
    }
    if (next_ < server_.addresses.size()) return connect();
    drop();
    finish(fail(connect_error(server_.endpoint, error)));
}

/// There is a connection.
void HttpChannel::go_on() {
    flush();
    if (opening_) later([this] { finish(ok()); });
}

void HttpChannel::watch(int events) {
    if (paused_) events &= ~int{Poll::readable};
    if (std::exchange(watched_, events) == events) return;
    if (events == 0) return poll_->cancel();
    poll_->start(events, [this](int ready) { on_ready(ready); });
}

void HttpChannel::on_ready(int events) {
    if (connecting_) return connected();
    if ((events & Poll::writable) && sent_ < request_.size()) flush();
    if (events & Poll::readable) receive();
}

void HttpChannel::flush() {
    while (sent_ < request_.size()) {
        const auto size = ::send(fd_.get(), request_.data() + sent_, request_.size() - sent_, MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return watch(Poll::readable | Poll::writable);
        if (size < 0) { // an answer may be there although the server would not take all of the request: reading tells
            sent_ = request_.size();
            watch(Poll::readable);
            return later([this] { receive(); });
        }
        sent_ += static_cast<std::size_t>(size);
        taken_ = true;
    }
    watch(Poll::readable);
}

void HttpChannel::pause() {
    paused_ = true;
}

void HttpChannel::resume() {
    if (!std::exchange(paused_, false) || !fd_) return;
    watch(Poll::readable | (sent_ < request_.size() ? int{Poll::writable} : 0));
}

/// A server that sends head and body apart waits for our acknowledgement between them, which the kernel would delay.
void HttpChannel::acknowledge() {
    const int on = 1;
    if (!server_.folder) ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

void HttpChannel::receive() {
    if (!fd_) return;
    const auto buffer = thread_buffer<HttpChannel>();
    const auto asked = asked_;
    for (int turn = 0; turn < 16; ++turn) { // then others have their turn
        const auto size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return acknowledge();
        if (size <= 0) return lost(size < 0);
        if (!asking_) return drop(); // nobody has asked
        auto fed = parser_.feed({buffer.data(), static_cast<std::size_t>(size)});
        if (fed && rules_.whole && parser_.body_size() > rules_.body_bytes)
            fed = fail(Fault::invalid, fmt::format("the answer is larger than {} bytes", rules_.body_bytes));
        if (!fed || parser_.complete()) {
            if (!fed || !parser_.keep_alive() || !rules_.keep || sent_ < request_.size()) drop();
            used_ = true;
            return finish(std::move(fed));
        }
        const std::weak_ptr alive(myself_);
        user_.came(*this);
        if (alive.expired() || !asking_ || asked_ != asked) return; // it was closed, and may have asked for more
        if (paused_) return watch(sent_ < request_.size() ? int{Poll::writable} : 0);
    }
    watched_ = 0; // an error ends a watch
    watch(Poll::readable);
}

void HttpChannel::lost(bool reset) {
    const bool again = asking_ && used_ && (manner_.repeatable || !taken_) && !parser_.begun();
    drop();
    if (!asking_) return;
    if (again) {
        sent_ = next_ = 0;
        return connect();
    }
    if (reset) return finish(fail(Fault::disconnected, "the connection broke before the answer was whole"));
    finish(parser_.finish());
}

void HttpChannel::finish(Result<void> result) {
    asking_ = opening_ = false;
    user_.answered(*this, std::move(result)); // may destroy the channel
}

void HttpChannel::later(std::function<void()> task) {
    loop_.defer([weak = std::weak_ptr(myself_), asked = asked_, task = std::move(task)] {
        const auto self = weak.lock();
        if (self && (*self)->asking_ && (*self)->asked_ == asked) task();
    });
}

} // namespace layer_cake::net
